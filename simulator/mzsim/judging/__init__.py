"""What speaks against a declaration: against the file, and against each of its records."""
