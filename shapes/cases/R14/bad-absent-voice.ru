PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

DELETE DATA {
  ex:decision cg:dissentedBy ex:mappers .
  ex:mappers a cg:CommonsCommunity .
  ex:mappers foaf:name "Cartographes d’Exemple"@fr .
  ex:mappers cg:controlledBy cg:MemberControl .
}
