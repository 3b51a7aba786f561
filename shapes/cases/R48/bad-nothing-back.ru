PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

INSERT DATA {
  ex:agreement cg:reciprocityClause ex:agreement-return .
  ex:agreement-return a foaf:Document .
  ex:agreement-return dct:title "Retour convenu"@fr .
}
