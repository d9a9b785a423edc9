// Prints one line of JSON per check of GraphQL over HTTP: {"id", "name", "status", "reason"}.
import { serverAudits } from "graphql-http";

for (const check of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const { id, name, status, reason } = await check.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
