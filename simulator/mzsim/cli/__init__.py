"""The command line `mzsim`: one module a command, thin. Work returns values, a command prints them."""
