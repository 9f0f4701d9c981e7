"""Beyond one machine: workers that share what is to be done by a PostgreSQL database."""
