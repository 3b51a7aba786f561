PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:catalogue dcat:dataset ex:stops .
}
