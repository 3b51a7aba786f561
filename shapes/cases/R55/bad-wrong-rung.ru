PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:note cg:opennessStatus cg:Mobility .
} ;
INSERT DATA {
  ex:note cg:opennessStatus cg:Shared .
}
