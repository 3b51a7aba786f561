PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:agreement cg:authorises ex:atlas .
}
