PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:register-barrier cg:reviewDate "2026-01-31"^^xsd:date .
} ;
INSERT DATA {
  ex:register-barrier cg:reviewDate "2027-01-31"^^xsd:date .
}
