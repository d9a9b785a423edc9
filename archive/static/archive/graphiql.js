// GraphiQL over this address alone: no storage of tokens, no other host.
const place = document.getElementById("graphiql");

async function ask(params) {
  const response = await fetch(window.location.pathname, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify(params),
  });
  return response.json();
}

ReactDOM.render(
  React.createElement(GraphiQL, {
    fetcher: ask,
    defaultQuery: place.dataset.example,
    defaultEditorToolsVisibility: true,
    isHeadersEditorEnabled: false,
  }),
  place,
);
