PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dcatap: <http://data.europa.eu/r5r/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:stops dcatap:hvdCategory cg:Mobility .
}
