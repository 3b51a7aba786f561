PREFIX ex: <https://example.org/id/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  ex:hue skos:broader ex:hue .
}
