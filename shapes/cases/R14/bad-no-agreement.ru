PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:decision cg:agreedBy ex:city .
  ex:decision cg:agreedBy ex:grid .
}
