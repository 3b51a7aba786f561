PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:stops dct:publisher ex:city .
}
