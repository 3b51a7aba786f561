PREFIX ar: <http://publications.europa.eu/resource/authority/access-right/>
PREFIX cg: <https://w3id.org/civigraph#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dga: <https://w3id.org/dpv/legal/eu/dga#>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:lost a dcat:Dataset .
  ex:lost dct:title "Objets trouvés d’Exemple"@fr .
  ex:lost dct:accessRights ar:PUBLIC .
  ex:lost dga:hasDataHolder ex:city .
  ex:lost dct:publisher ex:city .
  ex:lost dct:creator ex:city .
  ex:lost dcat:contactPoint ex:desk .
  ex:lost dcat:distribution ex:lost-csv .
  ex:lost-csv a dcat:Distribution .
  ex:lost-csv dcat:accessURL <https://example.org/files/lost.csv> .
  ex:lost-csv dct:license <https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf> .
  ex:planner cg:consumesDataset ex:lost .
}
