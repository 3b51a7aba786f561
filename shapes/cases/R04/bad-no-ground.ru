PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:register cg:legalGround <https://www.legifrance.gouv.fr/codes/id/LEGITEXT000031366350/> .
}
