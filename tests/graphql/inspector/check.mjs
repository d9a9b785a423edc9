// Usage: node check.mjs COMMITTED.graphql PRINTED.graphql DOCUMENT.graphql...
// Prints {"changes": [...], "invalid": [{document, errors, deprecated}]}.
import { readFileSync } from "node:fs";
import { diff, validate } from "@graphql-inspector/core";
import { buildSchema, Source } from "graphql";

const [committed, printed, ...documents] = process.argv.slice(2);
const read = (path) => readFileSync(path, "utf8");
const schema = buildSchema(read(committed));
const changes = await diff(schema, buildSchema(read(printed)));
const invalid = validate(schema, documents.map((path) => new Source(read(path), path)), {
  strictDeprecated: true,
  strictFragments: true,
});
console.log(
  JSON.stringify({
    changes: changes.map((change) => change.message),
    invalid: invalid.map(({ source, errors, deprecated }) => ({
      document: source.name,
      errors: errors.map((error) => error.message),
      deprecated: deprecated.map((error) => error.message),
    })),
  }),
);
