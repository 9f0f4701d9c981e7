"""What was declared and granted before to a verzekerde: the one place that says what a credit is, and what the same is."""
