PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:licence cg:shareAlikeLimitedTo cg:Open .
} ;
INSERT DATA {
  ex:licence cg:shareAlikeLimitedTo cg:SameNature .
}
