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
  ex:back a cg:SharingAgreement .
  ex:back a odrl:Agreement .
  ex:back rdfs:label "Accord d’Exemple (retour)"@fr .
  ex:back odrl:assigner ex:startup .
  ex:back odrl:assignee ex:grid .
  ex:back odrl:permission ex:back-permission .
  ex:back dct:temporal ex:back-period .
  ex:back dct:spatial ex:place .
  ex:back cg:reciprocityClause ex:back-return .
  ex:back-return a foaf:Document .
  ex:back-return dct:title "Retour convenu"@fr .
  ex:back-period a dct:PeriodOfTime .
  ex:back-period dcat:startDate "2026-01-01"^^xsd:date .
  ex:back-period dcat:endDate "2028-12-31"^^xsd:date .
  ex:back-permission a odrl:Permission .
  ex:back-permission odrl:target ex:needs .
  ex:back-permission odrl:action odrl:use .
  ex:back-permission odrl:constraint ex:back-purpose .
  ex:back-permission odrl:duty ex:back-duty .
  ex:back-purpose a odrl:Constraint .
  ex:back-purpose odrl:leftOperand odrl:purpose .
  ex:back-purpose odrl:operator odrl:isAnyOf .
  ex:back-purpose odrl:rightOperand dpv:ImprovePublicServices .
  ex:back-duty a odrl:Duty .
  ex:back-duty odrl:action ex:back-paying .
  ex:back-paying a odrl:Action .
  ex:back-paying rdf:value odrl:compensate .
  ex:back-paying odrl:refinement ex:back-price .
  ex:back-price a odrl:Constraint .
  ex:back-price odrl:leftOperand odrl:payAmount .
  ex:back-price odrl:operator odrl:eq .
  ex:back-price odrl:rightOperand 0.00 .
  ex:back cg:conditionsDefinedBy ex:council .
}
