PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX gdpr: <https://w3id.org/dpv/legal/eu/gdpr#>

INSERT DATA {
  ex:billing dpv:hasLegalBasis gdpr:A6-1-e-public-interest .
}
