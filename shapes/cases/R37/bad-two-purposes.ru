PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:billing dpv:hasPurpose dpv:CommercialPurpose .
}
