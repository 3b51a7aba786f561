PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:return cg:deliveredTo ex:metro .
}
