PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dga: <https://w3id.org/dpv/legal/eu/dga#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

INSERT DATA {
  ex:gauges dga:hasDataHolder ex:residents .
  ex:residents a cg:CitizenCollective .
  ex:residents foaf:name "Riverains d’Exemple"@fr .
  ex:residents cg:controlledBy cg:MemberControl .
}
