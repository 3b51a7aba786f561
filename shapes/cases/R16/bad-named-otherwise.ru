PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:agreement-recipient odrl:leftOperand odrl:spatial .
} ;
INSERT DATA {
  ex:agreement-recipient odrl:leftOperand odrl:recipient .
}
