PREFIX ex: <https://example.org/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>

DELETE DATA {
  ex:story prov:hadPrimarySource <https://example.com/article> .
}
