PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/id/>
PREFIX ft: <http://publications.europa.eu/resource/authority/file-type/>

INSERT DATA {
  ex:return dct:format ft:CSV .
}
