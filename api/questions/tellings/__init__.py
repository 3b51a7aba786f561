"""How each question is answered in a sentence: what is counted in its rows, and the words for none, one and many."""
