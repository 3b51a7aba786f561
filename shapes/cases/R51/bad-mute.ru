PREFIX ex: <https://example.org/id/>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>

INSERT DATA {
  ex:desk vcard:hasEmail <mailto:donnees@example.org> .
}
