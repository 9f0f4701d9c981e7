"""`python -m mzsim` is `mzsim`."""

from mzsim.cli.main import main

main()
