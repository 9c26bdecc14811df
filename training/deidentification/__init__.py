"""Makes the tagger that finds names and places: synthetic notes with gold spans, a small network, its figures."""
