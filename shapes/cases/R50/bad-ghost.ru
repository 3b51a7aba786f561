PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>

INSERT DATA {
  ex:ghost a org:Organization .
  ex:ghost a dpv:ForProfitOrganisation .
  ex:ghost foaf:name "Bureau d’Exemple"@fr .
}
