"""The values and words of the trade, without I/O: facts, findings, decisions, sets, tariffs, covers, what was granted before."""
