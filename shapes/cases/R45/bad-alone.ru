PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX ar: <http://publications.europa.eu/resource/authority/access-right/>
PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dga: <https://w3id.org/dpv/legal/eu/dga#>
PREFIX dpv: <https://w3id.org/dpv#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

INSERT DATA {
  ex:residents a cg:CitizenCollective .
  ex:residents foaf:name "Riverains d’Exemple"@fr .
  ex:residents cg:controlledBy cg:MemberControl .
  ex:catalogue dcat:dataset ex:gauges .
  ex:gauges a dcat:Dataset .
  ex:gauges dct:title "Hauteurs d’eau d’Exemple"@fr .
  ex:gauges dct:accessRights ar:PUBLIC .
  ex:gauges dga:hasDataHolder ex:residents .
  ex:gauges dct:publisher ex:residents .
  ex:gauges dct:creator ex:residents .
  ex:gauges dcat:contactPoint ex:desk .
  ex:gauges dcat:distribution ex:gauges-csv .
  ex:gauges-csv a dcat:Distribution .
  ex:gauges-csv dcat:accessURL <https://example.org/files/gauges.csv> .
  ex:gauges-csv dct:license <https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf> .
  ex:pipes cg:substitutableBy ex:gauges .
  ex:river a cg:UrbanDataService .
  ex:river dct:title "Veille de la rivière d’Exemple"@fr .
  ex:river cg:operatedBy ex:residents .
  ex:river dpv:hasPurpose dpv:ImprovePublicServices .
  ex:river dct:spatial ex:place .
  ex:river adms:status cg:Operating .
  ex:river cg:consumesDataset ex:gauges .
}
