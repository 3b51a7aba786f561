PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:meters-barrier cg:barrierStatus cg:Claimed .
} ;
INSERT DATA {
  ex:meters-barrier cg:barrierStatus cg:Upheld .
}
