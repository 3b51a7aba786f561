PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:stops dct:issued "2026-05-02"^^xsd:date .
  ex:stops dct:modified "2026-01-10"^^xsd:date .
} ;
INSERT DATA {
  ex:stops dct:issued "2026-01-10"^^xsd:date .
  ex:stops dct:modified "2026-05-02"^^xsd:date .
}
