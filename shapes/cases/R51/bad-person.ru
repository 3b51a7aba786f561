PREFIX ex: <https://example.org/id/>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>

DELETE DATA {
  ex:desk a vcard:Individual .
} ;
INSERT DATA {
  ex:desk a vcard:Organization .
}
