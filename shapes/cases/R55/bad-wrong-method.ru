PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:summing cg:method cg:Energy .
} ;
INSERT DATA {
  ex:summing cg:method cg:KAnonymity .
}
