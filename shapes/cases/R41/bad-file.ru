PREFIX dcatap: <http://data.europa.eu/r5r/>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:stops-csv dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
}
