PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:story dct:publisher ex:body .
}
