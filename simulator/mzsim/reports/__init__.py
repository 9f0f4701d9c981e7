"""What an insurer says of a practice as a whole, from what the store holds: pure functions, and one module with SQL."""
