PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops dct:license <https://creativecommons.org/licenses/by/4.0/> .
}
