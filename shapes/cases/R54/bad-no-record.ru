PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  ex:catalogue dcat:record ex:notice-2 .
  ex:notice-2 a dcat:CatalogRecord .
  ex:notice-2 dct:modified "2026-06-01"^^xsd:date .
  ex:notice-2 foaf:primaryTopic ex:trees .
}
