"""Declarations made by the program: invented verzekerden, visits that a practice knows, the store that fits them."""
