"""What an insurer grants: the only place that decides amounts."""
