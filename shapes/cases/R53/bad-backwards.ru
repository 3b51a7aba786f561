PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX ex: <https://example.org/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:period dcat:startDate "2026-12-31"^^xsd:date .
  ex:period dcat:endDate "2026-01-01"^^xsd:date .
} ;
INSERT DATA {
  ex:period dcat:startDate "2026-01-01"^^xsd:date .
  ex:period dcat:endDate "2026-12-31"^^xsd:date .
}
