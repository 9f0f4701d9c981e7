"""What an insurer decides, and from what."""
