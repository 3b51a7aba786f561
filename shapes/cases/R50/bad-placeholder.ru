PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

DELETE DATA {
  ex:bureau foaf:name "Aucun contact" .
} ;
INSERT DATA {
  ex:bureau foaf:name "Bureau d’Exemple"@fr .
}
