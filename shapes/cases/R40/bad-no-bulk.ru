PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:stops-csv dcat:downloadURL <https://example.org/files/stops-all.csv> .
}
