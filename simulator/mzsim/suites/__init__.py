"""Suites: cases that a vendor replays every night, and what came of them."""
