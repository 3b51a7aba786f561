PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:icons-svg dct:license <https://creativecommons.org/licenses/by-nd/4.0/> .
} ;
INSERT DATA {
  ex:icons-svg dct:license <https://creativecommons.org/licenses/by/4.0/> .
}
