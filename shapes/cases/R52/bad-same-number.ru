PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  ex:grid-id skos:notation "000000018"^^cg:siren .
} ;
INSERT DATA {
  ex:grid-id skos:notation "000000026"^^cg:siren .
}
