// PostGraphile 4 with WORKERS processes and CONNECTIONS database connections in all: node server.js PORT
const cluster = require("node:cluster");
const http = require("node:http");

const workers = Number(process.env.WORKERS);
if (cluster.isPrimary) {
  for (let number = 0; number < workers; number += 1) cluster.fork();
} else {
  const { Pool } = require("pg");
  const { postgraphile } = require("postgraphile");
  const filter = require("postgraphile-plugin-connection-filter");
  const related = require("@graphile-contrib/pg-order-by-related");
  const pool = new Pool({
    connectionString: process.env.DATABASE_URL,
    max: Math.max(1, Number(process.env.CONNECTIONS) / workers),
  });
  const handler = postgraphile(pool, "public", {
    appendPlugins: [filter.default || filter, related.default || related],
    disableDefaultMutations: true,
    disableQueryLog: true,
    graphqlRoute: "/graphql",
    graphileBuildOptions: { connectionFilterRelations: true },
    ignoreRBAC: true,
    legacyRelations: "omit",
  });
  http.createServer(handler).listen(Number(process.argv[2]), "127.0.0.1");
}
