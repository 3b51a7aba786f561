PREFIX ar: <http://publications.europa.eu/resource/authority/access-right/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:leaks dct:accessRights ar:RESTRICTED .
}
