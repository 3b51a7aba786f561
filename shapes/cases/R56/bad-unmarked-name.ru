PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:story dct:title "Récit d’Exemple"@fr .
} ;
INSERT DATA {
  ex:story dct:title "[Illustration] Récit d’Exemple"@fr .
}
