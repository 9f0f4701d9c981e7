"""Scripted answers: rules that speak in place of VECOZO or the insurer (`replay --antwoord`)."""
