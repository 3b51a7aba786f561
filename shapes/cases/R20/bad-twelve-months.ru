PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX ex: <https://example.org/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:agreement-period dcat:endDate "2027-06-30"^^xsd:date .
} ;
INSERT DATA {
  ex:agreement-period dcat:endDate "2028-12-31"^^xsd:date .
}
