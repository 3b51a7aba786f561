PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:map-csv dct:license <http://opendatacommons.org/licenses/by/1.0/> .
} ;
INSERT DATA {
  ex:map-csv dct:license <https://example.org/id/limited> .
}
