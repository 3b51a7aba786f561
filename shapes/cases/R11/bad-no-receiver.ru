PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

INSERT DATA {
  ex:agreement odrl:assignee ex:startup .
}
