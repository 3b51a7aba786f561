PREFIX cc: <http://creativecommons.org/ns#>
PREFIX ex: <https://example.org/id/>

DELETE DATA {
  ex:sourced cc:requires cc:SourceCode .
} ;
INSERT DATA {
  ex:sourced cc:requires cc:Attribution .
}
