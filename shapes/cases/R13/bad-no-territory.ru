PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:agreement dct:spatial ex:place .
}
