"""The store: what an insurer and VECOZO know, and what was declared before. Any SQLAlchemy URL; SQLite by default."""
