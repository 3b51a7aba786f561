// Reads a catalogue by Comunica, which follows its pages by itself, and prints rows, as JSON: node read_comunica.mjs ADDRESS
import { QueryEngine } from "@comunica/query-sparql";

const query = `
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT DISTINCT ?s ?title ?identifier ?name {
  ?s a dcat:Dataset ; dct:title ?title ; dct:identifier ?identifier OPTIONAL { ?s dct:publisher/foaf:name ?name } }`;
const found = await (await new QueryEngine().queryBindings(query, { sources: [process.argv[2]] })).toArray();
console.log(JSON.stringify(found.map((each) => Object.fromEntries([...each].map(([key, term]) => [key.value, term.value])))));
