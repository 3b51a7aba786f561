PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

DELETE DATA {
  ex:city cg:factStatus cg:Public .
} ;
INSERT DATA {
  ex:city foaf:name "[Illustration] Ville d’Exemple"@fr .
}
