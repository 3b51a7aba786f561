PREFIX ar: <http://publications.europa.eu/resource/authority/access-right/>
PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>

DELETE DATA {
  ex:map dct:accessRights ar:PUBLIC .
  ex:map-csv dct:license <https://creativecommons.org/licenses/by/4.0/> .
} ;
INSERT DATA {
  ex:map-csv dct:license <https://creativecommons.org/licenses/by-nc/4.0/> .
  ex:map dct:accessRights ar:RESTRICTED .
  ex:map cg:legalGround <https://www.legifrance.gouv.fr/codes/id/LEGITEXT000031366350/> .
  ex:offer-map a odrl:Offer .
  ex:offer-map dct:title "Offre permanente d’Exemple"@fr .
  ex:offer-map odrl:assigner ex:city .
  ex:offer-map odrl:permission ex:offer-map-permission .
  ex:offer-map-permission a odrl:Permission .
  ex:offer-map-permission odrl:target ex:map .
  ex:offer-map-permission odrl:action odrl:use .
}
