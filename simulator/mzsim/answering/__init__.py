"""VECOZO's answer and the insurer's: what goes back of a declaration, and what is recorded of it."""
