"""A small network that reads names and places in note text, in the worker."""
