PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:agreement-recipient odrl:rightOperand ex:carrier .
} ;
INSERT DATA {
  ex:agreement-recipient odrl:rightOperand ex:lab .
}
