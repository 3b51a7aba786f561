PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

DELETE DATA {
  ex:body foaf:name "Organisme d’Exemple"@fr .
} ;
INSERT DATA {
  ex:body foaf:name "[Illustration] Organisme d’Exemple"@fr .
  ex:body cg:factStatus cg:Illustrative .
}
