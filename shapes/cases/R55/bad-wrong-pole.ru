PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:city cg:pole cg:PublicLaw .
} ;
INSERT DATA {
  ex:city cg:pole cg:Public .
}
