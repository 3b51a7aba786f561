PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:offer-permission odrl:duty ex:offer-duty .
  ex:offer-duty a odrl:Duty .
  ex:offer-duty odrl:action odrl:inform .
}
