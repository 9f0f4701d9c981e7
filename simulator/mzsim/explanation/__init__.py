"""How an answer came about: which rows of the store decided an objection, and how a granted amount is made up.

Asked for by `replay --json` and by `explain` with a store. Nothing here decides anything; it looks on.
"""
