"""What a user's own tests work with, and the pytest plugin."""
