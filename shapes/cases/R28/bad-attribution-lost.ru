PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:map-csv dct:license <http://opendatacommons.org/licenses/pddl/1.0/> .
} ;
INSERT DATA {
  ex:map-csv dct:license <https://creativecommons.org/licenses/by/4.0/> .
}
