PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dga: <https://w3id.org/dpv/legal/eu/dga#>
PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>

DELETE DATA {
  ex:meters dga:hasDataUser ex:lab .
  ex:lab a org:Organization .
  ex:lab a dpv:ForProfitOrganisation .
  ex:lab foaf:name "Laboratoire d’Exemple"@fr .
  ex:lab cg:controlledBy cg:PrivateControl .
}
