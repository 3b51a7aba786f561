// Follows a Linked Data Event Stream to its end and prints each member, as JSON: node read_ldes.mjs ADDRESS
import { intoConfig, replicateLDES } from "ldes-client";

const reader = replicateLDES(intoConfig({ url: process.argv[2] }), "ascending").stream().getReader();
const members = [];
for (let next = await reader.read(); !next.done; next = await reader.read()) {
  const { id, timestamp, quads } = next.value;
  members.push({
    id: id.value,
    timestamp,
    quads: quads.map((each) => [each.subject.value, each.predicate.value, each.object.value, each.graph.value]),
  });
}
console.log(JSON.stringify(members));
