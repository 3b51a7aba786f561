PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:advising dpv:hasDataProcessor ex:startup .
}
