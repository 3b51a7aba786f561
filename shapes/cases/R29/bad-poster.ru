PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:poster dct:license <https://creativecommons.org/licenses/by/4.0/> .
} ;
INSERT DATA {
  ex:poster dct:license <https://creativecommons.org/licenses/by-sa/4.0/> .
}
