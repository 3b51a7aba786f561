PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:stops cg:smallestGroup 11 .
}
