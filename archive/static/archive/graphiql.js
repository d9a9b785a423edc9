// GraphiQL on this URL only: no other host, no storage of headers (a token may be among them).
// The query and its variables are in the URL's fragment, which browsers do not send to the server: a link shares them.
const container = document.getElementById("graphiql");
const shared = new URLSearchParams(window.location.hash.slice(1));

function share(name, text) {
  if (text) shared.set(name, text);
  else shared.delete(name);
  window.history.replaceState(null, "", `${window.location.pathname}#${shared}`);
}

async function send(params, options) {
  const response = await fetch(window.location.pathname, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json",
      ...(options && options.headers),
    },
    body: JSON.stringify(params),
  });
  return response.json();
}

ReactDOM.render(
  React.createElement(GraphiQL, {
    fetcher: send,
    defaultQuery: container.dataset.example,
    query: shared.get("query") || undefined,
    variables: shared.get("variables") || undefined,
    onEditQuery: (text) => share("query", text === container.dataset.example ? "" : text),
    onEditVariables: (text) => share("variables", text),
    defaultEditorToolsVisibility: true,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
  }),
  container,
);
