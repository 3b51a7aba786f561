// Asks an endpoint by Comunica and prints what it found, as JSON: node comunica.mjs ENDPOINT FILE PREFIX
import { readFile } from "node:fs/promises";
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, file, prefix] = process.argv.slice(2);
const engine = new QueryEngine();
const typed = { type: "sparql", value: endpoint };
const notes = { type: "serialized", value: await readFile(new URL(file), "utf8"), mediaType: "text/turtle" };
const dct = "PREFIX dct: <http://purl.org/dc/terms/>";
const titles = `${dct} SELECT ?s ?title { ?s dct:title ?title FILTER(STRSTARTS(STR(?s), "${prefix}")) } ORDER BY ?s`;

async function rows(query, sources, context = {}) {
  const bindings = await (await engine.queryBindings(query, { sources, ...context })).toArray();
  return bindings.map((each) => Object.fromEntries([...each].map(([name, term]) => [name.value, term.value])));
}

const joined = `${dct} SELECT ?title ?note { ?s <http://e/note> ?note . ?s dct:title ?title }`;
const service = `${dct} SELECT ?title (LANG(?title) AS ?language) { SERVICE <${endpoint}> { <${prefix}003> dct:title ?title } }`;
const construct = `${dct} CONSTRUCT { ?s dct:title ?t } WHERE { ?s dct:title ?t FILTER(STRSTARTS(STR(?s), "${prefix}")) }`;

console.log(
  JSON.stringify({
    typed: await rows(titles, [typed]),
    detected: await rows(titles, [endpoint]),
    posted: (await rows(titles, [typed], { httpMethod: "POST", forceHttpGet: false })).length,
    ask: await engine.queryBoolean(`ASK { <${prefix}001> ?p ?o }`, { sources: [typed] }),
    construct: (await (await engine.queryQuads(construct, { sources: [typed] })).toArray()).length,
    service: await rows(service, [notes]),
    together: await rows(joined, [typed, notes]),
  }),
);
