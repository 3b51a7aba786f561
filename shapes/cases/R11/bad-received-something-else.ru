PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:agreement odrl:assigner ex:startup .
} ;
INSERT DATA {
  ex:agreement odrl:assigner ex:city .
}
