PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>

DELETE DATA {
  ex:summing a prov:Activity .
} ;
INSERT DATA {
  ex:summing a cg:AnonymisationActivity .
  ex:summing cg:method cg:Aggregation .
}
