PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>

INSERT DATA {
  ex:summing dct:contributor ex:lab .
}
