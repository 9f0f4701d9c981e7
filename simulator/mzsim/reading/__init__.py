"""What is gathered of a declaration before its records are judged: structure and counts, and sets."""
