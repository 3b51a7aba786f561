PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops cg:smallestGroup 8 .
} ;
INSERT DATA {
  ex:stops cg:smallestGroup 11 .
}
