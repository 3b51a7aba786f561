PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT DATA {
  ex:blocks prov:wasGeneratedBy ex:summing .
  ex:summing a cg:AnonymisationActivity .
  ex:summing rdfs:label "Somme par îlot d’Exemple"@fr .
  ex:summing prov:used ex:meters .
  ex:summing cg:method cg:Aggregation .
}
