"""What the rules are, and in what two versions of them differ."""
