PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops cg:dataKind cg:Mobility .
} ;
INSERT DATA {
  ex:stops cg:dataKind cg:MobilityData .
}
