PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  ex:next a cg:SharingAgreement .
  ex:next a odrl:Agreement .
  ex:next rdfs:label "Accord d’Exemple (suite)"@fr .
  ex:next odrl:assigner ex:grid .
  ex:next odrl:assignee ex:startup .
  ex:next odrl:permission ex:next-permission .
  ex:next dct:temporal ex:next-period .
  ex:next dct:spatial ex:place .
  ex:next cg:reciprocityClause ex:next-return .
  ex:next-return a foaf:Document .
  ex:next-return dct:title "Retour convenu"@fr .
  ex:next-period a dct:PeriodOfTime .
  ex:next-period dcat:startDate "2026-04-01"^^xsd:date .
  ex:next-period dcat:endDate "2028-12-31"^^xsd:date .
  ex:next-permission a odrl:Permission .
  ex:next-permission odrl:target ex:meters .
  ex:next-permission odrl:action odrl:use .
  ex:next-permission odrl:constraint ex:next-purpose .
  ex:next-permission odrl:duty ex:next-duty .
  ex:next-purpose a odrl:Constraint .
  ex:next-purpose odrl:leftOperand odrl:purpose .
  ex:next-purpose odrl:operator odrl:isAnyOf .
  ex:next-purpose odrl:rightOperand dpv:ImprovePublicServices .
  ex:next-duty a odrl:Duty .
  ex:next-duty odrl:action ex:next-paying .
  ex:next-paying a odrl:Action .
  ex:next-paying rdf:value odrl:compensate .
  ex:next-paying odrl:refinement ex:next-price .
  ex:next-price a odrl:Constraint .
  ex:next-price odrl:leftOperand odrl:payAmount .
  ex:next-price odrl:operator odrl:eq .
  ex:next-price odrl:rightOperand 0.00 .
  ex:next-permission odrl:constraint ex:next-product .
  ex:next-product a odrl:Constraint .
  ex:next-product odrl:leftOperand odrl:product .
  ex:next-product odrl:operator odrl:eq .
  ex:next-product odrl:rightOperand ex:advice .
  ex:next cg:conditionsDefinedBy ex:council .
}
