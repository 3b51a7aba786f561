"""What-if: a change that is only supposed, worked out in a copy of the graph, told by what it gains and loses."""
