PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX ex: <https://example.org/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:agreement-period dcat:startDate "2026-09-01"^^xsd:date .
} ;
INSERT DATA {
  ex:agreement-period dcat:startDate "2026-01-01"^^xsd:date .
}
