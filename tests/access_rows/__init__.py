"""The rows of the access table that belong to one subject each, with what its addresses need."""

from tests.access_rows import catalogue, comparison, exchange, plans, profiles, signals, supportplan

AREAS = (catalogue, profiles, comparison, supportplan, plans, exchange, signals)
