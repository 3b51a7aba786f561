PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:agreement cg:agreedPurpose dpv:CommercialPurpose .
}
