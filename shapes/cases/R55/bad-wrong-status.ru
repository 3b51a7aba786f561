PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:planner adms:status cg:Open .
} ;
INSERT DATA {
  ex:planner adms:status cg:Operating .
}
