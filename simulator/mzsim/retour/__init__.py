"""The retourbericht: composing it, checking it, explaining it."""
