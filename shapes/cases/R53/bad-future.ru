PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:stops dct:modified "2026-07-01"^^xsd:date .
} ;
INSERT DATA {
  ex:stops dct:modified "2026-06-30"^^xsd:date .
}
