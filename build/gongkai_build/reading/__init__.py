"""Blocks + form → figures, each with its raw text, place and status, and whose report it is."""
