// What a front end writes first, and what it must not get past the compiler.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const client = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });

const { data, error } = await client.GET("/api/v1/events/", { params: { query: { limit: 2 } } });
data?.results[0].slug.toUpperCase();
data?.results[0].date.earliest?.slice(0, 4);
data?.results.map((event) => event.topics.map((topic) => topic.name.trim()));
data?.next?.startsWith("http");
error?.errors.map((problem) => problem.field + problem.got + problem.expected + (problem.suggestion ?? ""));

const read = await client.GET("/api/v1/statements/{slug}/", {
  params: { path: { slug: "a" }, query: { include: "speech_acts" } },
});
const speaker: string | undefined = read.data?.speaker?.name;
const acts: string[] | undefined = read.data?.speech_acts?.map((act) => act.text + (act.about?.type ?? ""));
const day: components["schemas"]["PartialDate"] | undefined = read.data?.date;

const found = await client.GET("/api/v1/search/", { params: { query: { q: "kim" } } });
found.data?.results.map((one) => `${one.type}/${one.slug}`);
const history = await client.GET("/api/v1/events/{slug}/history/", { params: { path: { slug: "a" } } });
history.data?.results[0].at.slice(0, 10);

const made = await client.POST("/api/v1/topics/", { body: { slug: "fisheries", name: "Fisheries", parent: "trade" } });
made.data?.version?.toFixed();
await client.PATCH("/api/v1/events/{slug}/", {
  params: { path: { slug: "a" }, header: { "If-Match": '"1"' } },
  body: { date: "2019-07", part_of: null, topics: ["trade", { slug: "fisheries" }] },
});

// @ts-expect-error an event has no title
data?.results[0].title;
// @ts-expect-error the larger event may be missing
data?.results[0].part_of.name;
// @ts-expect-error a classification is one of the vocabulary
await client.GET("/api/v1/events/", { params: { query: { classification: ["nonsense"] } } });
// @ts-expect-error a change names the version that it changes
await client.PATCH("/api/v1/events/{slug}/", { params: { path: { slug: "a" } }, body: {} });

export { acts, day, speaker };
