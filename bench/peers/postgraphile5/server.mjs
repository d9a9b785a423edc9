// PostGraphile 5 with WORKERS processes and CONNECTIONS database connections in all: node server.mjs PORT
import cluster from "node:cluster";
import { createServer } from "node:http";

const workers = Number(process.env.WORKERS);
if (cluster.isPrimary) {
  for (let number = 0; number < workers; number += 1) cluster.fork();
} else {
  const { postgraphile } = await import("postgraphile");
  const { grafserv } = await import("postgraphile/grafserv/node");
  const { makePgService } = await import("postgraphile/adaptors/pg");
  const { PostGraphileAmberPreset } = await import("postgraphile/presets/amber");
  const { PostGraphileConnectionFilterPreset } = await import("postgraphile-plugin-connection-filter");
  const { PgOrderByRelatedPlugin } = await import("@graphile-contrib/pg-order-by-related");
  const preset = {
    extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
    plugins: [PgOrderByRelatedPlugin],
    disablePlugins: ["PgIndexBehaviorsPlugin"], // else only indexed columns can be filtered by
    pgServices: [
      makePgService({
        connectionString: process.env.DATABASE_URL,
        schemas: ["public"],
        poolConfig: { max: Math.max(1, Number(process.env.CONNECTIONS) / workers) },
      }),
    ],
    schema: { connectionFilterRelations: true },
    grafast: { explain: false },
    grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  };
  const service = postgraphile(preset).createServ(grafserv);
  const server = createServer();
  server.on("error", (error) => { throw error; });
  await service.addTo(server);
  server.listen(Number(process.argv[2]), "127.0.0.1");
}
