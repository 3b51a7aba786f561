PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcatap: <http://data.europa.eu/r5r/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

INSERT DATA {
  ex:api a dcat:DataService .
  ex:api dct:title "Interface d’Exemple"@fr .
  ex:api dcat:endpointURL <https://example.org/api> .
  ex:api dcat:servesDataset ex:stops .
  ex:api dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
  ex:api dcat:contactPoint ex:desk .
  ex:api foaf:page <https://example.org/api/help> .
}
