PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

INSERT DATA {
  ex:agreement-permission odrl:duty ex:agreement-duty .
  ex:agreement-duty a odrl:Duty .
  ex:agreement-duty odrl:action ex:agreement-paying .
}
