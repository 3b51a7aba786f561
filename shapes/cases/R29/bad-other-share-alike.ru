PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:map-csv dct:license <https://creativecommons.org/licenses/by-sa/4.0/> .
} ;
INSERT DATA {
  ex:map-csv dct:license <http://opendatacommons.org/licenses/odbl/1.0/> .
}
