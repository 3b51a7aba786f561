PREFIX ex: <https://example.org/id/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  ex:stops schema:isAccessibleForFree false .
}
