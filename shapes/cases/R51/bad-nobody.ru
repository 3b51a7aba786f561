PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX ex: <https://example.org/id/>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>

INSERT DATA {
  ex:desk a vcard:Organization .
  ex:desk vcard:fn "Guichet d’Exemple"@fr .
  ex:desk vcard:hasEmail <mailto:donnees@example.org> .
  ex:stops dcat:contactPoint ex:desk .
}
