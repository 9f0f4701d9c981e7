"""`python -m simulator` is `mzsim`."""

from simulator.cli import main

main()
