PREFIX ex: <https://example.org/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  ex:return prov:endedAtTime "2026-01-31T09:00:00Z"^^xsd:dateTime .
}
