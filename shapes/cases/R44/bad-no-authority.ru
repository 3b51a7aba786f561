PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:contract cv:hasContractingAuthority ex:metro .
}
