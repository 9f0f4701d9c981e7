"""The message standard MZ301/MZ302 v1.3 (Vektis). Knows records and rubrieken, no insurer and no store."""
