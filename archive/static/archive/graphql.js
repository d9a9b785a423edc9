// Sends the query to this address and shows the answer; nothing else is loaded or called.
const form = document.getElementById("ask");
const answer = document.getElementById("answer");

async function run(event) {
  event.preventDefault();
  let variables;
  try {
    variables = JSON.parse(document.getElementById("variables").value || "{}");
  } catch (error) {
    answer.textContent = `Variables: ${error.message}`;
    return;
  }
  const response = await fetch("./", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: document.getElementById("query").value, variables }),
  });
  answer.textContent = JSON.stringify(await response.json(), null, 2);
}

form.addEventListener("submit", run);
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(event);
});
