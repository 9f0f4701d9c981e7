"""Defects of a valid declaration: for each check of the register the smallest one that it must find."""
