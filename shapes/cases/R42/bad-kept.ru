PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX ft: <http://publications.europa.eu/resource/authority/file-type/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  ex:return a cg:DataReturn .
  ex:return prov:used ex:positions .
  ex:return cg:deliveredTo ex:metro .
  ex:return prov:endedAtTime "2026-01-31T09:00:00Z"^^xsd:dateTime .
  ex:return dct:format ft:CSV .
}
