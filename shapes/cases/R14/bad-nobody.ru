PREFIX ex: <https://example.org/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>

INSERT DATA {
  ex:decision prov:wasAssociatedWith ex:city .
  ex:decision prov:wasAssociatedWith ex:grid .
  ex:decision prov:wasAssociatedWith ex:residents .
}
