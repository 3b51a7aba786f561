PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops dct:license <https://creativecommons.org/licenses/by-nd/4.0/> .
} ;
INSERT DATA {
  ex:stops dct:license <https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf> .
}
