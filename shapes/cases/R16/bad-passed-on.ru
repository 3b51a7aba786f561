PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

INSERT DATA {
  ex:agreement odrl:permission ex:agreement-passing .
  ex:agreement-passing a odrl:Permission .
  ex:agreement-passing odrl:target ex:meters .
  ex:agreement-passing odrl:action odrl:grantUse .
}
