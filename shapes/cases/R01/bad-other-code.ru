PREFIX ar: <http://publications.europa.eu/resource/authority/access-right/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops dct:accessRights ar:SENSITIVE .
} ;
INSERT DATA {
  ex:stops dct:accessRights ar:PUBLIC .
}
