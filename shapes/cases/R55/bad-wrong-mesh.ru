PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops cg:spatialMesh cg:Energy .
} ;
INSERT DATA {
  ex:stops cg:spatialMesh cg:IrisMesh .
}
