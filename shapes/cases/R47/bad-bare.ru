PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

INSERT DATA {
  ex:planner cg:generalInterestGround ex:ground .
  ex:ground a foaf:Document .
  ex:ground dct:title "Délibération d’Exemple"@fr .
}
