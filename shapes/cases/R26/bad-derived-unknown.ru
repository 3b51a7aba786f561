PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:map-csv dct:license <https://example.org/conditions> .
} ;
INSERT DATA {
  ex:map-csv dct:license <https://creativecommons.org/licenses/by/4.0/> .
}
