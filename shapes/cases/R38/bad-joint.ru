PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT DATA {
  ex:advising dpv:hasLegalMeasure ex:arrangement .
  ex:arrangement a dpv:JointDataControllersAgreement .
  ex:arrangement rdfs:label "Accord entre responsables d’Exemple"@fr .
}
