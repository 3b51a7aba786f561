PREFIX ex: <https://example.org/id/>
PREFIX org: <http://www.w3.org/ns/org#>

INSERT DATA {
  ex:seat-residents a org:Membership .
  ex:seat-residents org:organization ex:council .
  ex:seat-residents org:member ex:residents .
}
