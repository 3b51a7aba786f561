PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:agreement-price odrl:rightOperand 20.00 .
} ;
INSERT DATA {
  ex:agreement-price odrl:rightOperand 0.00 .
}
