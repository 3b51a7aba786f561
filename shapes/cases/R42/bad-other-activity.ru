PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX ft: <http://publications.europa.eu/resource/authority/file-type/>
PREFIX prov: <http://www.w3.org/ns/prov#>

DELETE DATA {
  ex:return a prov:Activity .
} ;
INSERT DATA {
  ex:return a cg:DataReturn .
  ex:return dct:format ft:CSV .
}
