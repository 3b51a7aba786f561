PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

INSERT DATA {
  ex:agreement-permission odrl:constraint ex:agreement-purpose .
  ex:agreement-purpose a odrl:Constraint .
  ex:agreement-purpose odrl:leftOperand odrl:purpose .
  ex:agreement-purpose odrl:operator odrl:isAnyOf .
  ex:agreement-purpose odrl:rightOperand dpv:ImprovePublicServices .
}
