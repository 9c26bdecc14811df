"""Assertions that rules label in unlabelled notes: to learn from where people have labelled little."""
