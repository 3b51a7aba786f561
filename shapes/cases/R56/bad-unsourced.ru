PREFIX ex: <https://example.org/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA {
  ex:body prov:hadPrimarySource <https://example.com/article> .
}
