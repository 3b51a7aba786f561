PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:agreement-product odrl:leftOperand odrl:recipient .
} ;
INSERT DATA {
  ex:agreement-product odrl:leftOperand odrl:product .
}
