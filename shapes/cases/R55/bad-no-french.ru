PREFIX ex: <https://example.org/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  ex:hue skos:prefLabel "Teinte d’Exemple"@fr .
}
