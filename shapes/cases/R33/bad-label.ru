PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops-csv dct:license <https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf> .
} ;
INSERT DATA {
  ex:stops-csv dct:license <http://opendatacommons.org/licenses/odbl/1.0/> .
}
