PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>

INSERT DATA {
  ex:agreement cg:exitClause ex:exit .
  ex:exit a foaf:Document .
}
