"""What every layer may use: errors, dates, patterns, files that appear whole or not at all, strict YAML and JSON."""
