PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops cg:domain cg:Public .
} ;
INSERT DATA {
  ex:stops cg:domain cg:Mobility .
}
