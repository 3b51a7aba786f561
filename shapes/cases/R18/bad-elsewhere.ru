PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:advice dct:spatial ex:elsewhere .
} ;
INSERT DATA {
  ex:advice dct:spatial ex:place .
}
