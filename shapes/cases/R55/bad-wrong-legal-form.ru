PREFIX cg: <https://w3id.org/civigraph#>
PREFIX ex: <https://example.org/id/>
PREFIX org: <http://www.w3.org/ns/org#>

DELETE DATA {
  ex:city org:classification cg:PublicControl .
} ;
INSERT DATA {
  ex:city org:classification cg:PublicLaw .
}
