PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT DATA {
  ex:billing dpv:hasConsentControl ex:withdraw .
  ex:withdraw a dpv:WithdrawConsent .
  ex:withdraw rdfs:label "Retirer son accord, d’Exemple"@fr .
}
