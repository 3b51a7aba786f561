PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:back odrl:assignee ex:lab .
} ;
INSERT DATA {
  ex:back odrl:assignee ex:grid .
}
