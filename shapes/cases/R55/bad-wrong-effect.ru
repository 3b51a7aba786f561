PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:effect cg:effectKind cg:Open .
} ;
INSERT DATA {
  ex:effect cg:effectKind cg:SetsTerms .
}
