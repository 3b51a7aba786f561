PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:step cg:derivationKind cg:Open .
} ;
INSERT DATA {
  ex:step cg:derivationKind cg:Derivative .
}
