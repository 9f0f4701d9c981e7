"""What looks at messages without answering them: `draft`, `show`, `diff`, `stats`."""
