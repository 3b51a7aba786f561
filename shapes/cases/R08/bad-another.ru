PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>

DELETE DATA {
  ex:startup a org:Organization .
  ex:startup a dpv:ForProfitOrganisation .
  ex:startup foaf:name "Jeune pousse d’Exemple"@fr .
  ex:startup cg:controlledBy cg:PrivateControl .
  ex:app cg:operatedBy ex:startup .
} ;
INSERT DATA {
  ex:app cg:operatedBy ex:grid .
}
