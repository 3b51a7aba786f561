PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:leaks-barrier cg:barrierStatus cg:Ended .
} ;
INSERT DATA {
  ex:leaks-barrier cg:barrierStatus cg:Contested .
}
