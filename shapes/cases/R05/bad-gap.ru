PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  ex:register cg:hasBarrier ex:gap .
  ex:gap a cg:KnowledgeGap .
  ex:gap rdfs:label "Une difficulté d’Exemple"@fr .
  ex:gap cg:reviewDate "2027-01-31"^^xsd:date .
} ;
INSERT DATA {
  ex:register cg:hasBarrier ex:register-barrier .
  ex:register-barrier a cg:Barrier .
  ex:register-barrier rdfs:label "Frein d’Exemple"@fr .
  ex:register-barrier cg:barrierKind cg:TradeSecret .
  ex:register-barrier cg:barrierStatus cg:Claimed .
  ex:register-barrier cg:reviewDate "2027-01-31"^^xsd:date .
  ex:register-barrier cg:legalGround <https://www.legifrance.gouv.fr/codes/id/LEGITEXT000031366350/> .
}
