PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

INSERT DATA {
  ex:offer a odrl:Offer .
  ex:offer dct:title "Offre permanente d’Exemple"@fr .
  ex:offer odrl:assigner ex:grid .
  ex:offer odrl:permission ex:offer-permission .
  ex:offer-permission a odrl:Permission .
  ex:offer-permission odrl:target ex:meters .
  ex:offer-permission odrl:action odrl:use .
}
