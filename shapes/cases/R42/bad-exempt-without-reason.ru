PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:exemption dct:description "Motif d’Exemple"@fr .
}
