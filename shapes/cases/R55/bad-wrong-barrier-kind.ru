PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:leaks-barrier cg:barrierKind cg:Energy .
} ;
INSERT DATA {
  ex:leaks-barrier cg:barrierKind cg:SharingCost .
}
