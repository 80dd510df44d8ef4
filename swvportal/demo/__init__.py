"""The demo: an invented partnership with eight schools, two finished years and a running round.

Deterministic for a given day, and built through the models' own verbs. Names of people, schools and boards are
invented; the BRIN codes (99..) are not in use.
"""
