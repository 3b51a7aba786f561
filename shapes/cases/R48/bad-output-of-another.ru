PREFIX dga: <https://w3id.org/dpv/legal/eu/dga#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:needs dga:hasDataHolder ex:startup .
}
