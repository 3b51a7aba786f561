"""How much of what a graph states: counted change by change, described in VoID beside what is counted."""
