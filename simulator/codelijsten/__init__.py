"""Code lists as data: dated, each row with its public source."""
