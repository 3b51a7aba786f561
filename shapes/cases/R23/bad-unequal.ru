PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:second-price odrl:rightOperand 500.00 .
} ;
INSERT DATA {
  ex:second-price odrl:rightOperand 0.00 .
}
