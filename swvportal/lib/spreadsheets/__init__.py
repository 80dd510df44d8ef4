"""Tables to and from the spreadsheets that people use: CSV, XLSX and ODS.

Out (`render`, `as_response`): numbers and dates are real ones. A text that a spreadsheet might take for a formula gets
an apostrophe in front, in all three kinds, so that it also stays inert when somebody saves an XLSX as CSV.

In (`read`): the first sheet of a file somebody uploads, checked before anything parses it. What cannot be read at all
raises `UnreadableFile`; every other mistake is in the `Table`, with sheet, row and column as the person sees them. What
the cells mean is for the caller to say, with `text`, `date` and `whole_number`.
"""

from swvportal.lib.spreadsheets.cells import Cell, Formula, date, inert, text, whole_number
from swvportal.lib.spreadsheets.reading import Column, Grid, Mistake, SheetRow, Table, UnreadableFile, read, read_grid
from swvportal.lib.spreadsheets.writing import CONTENT_TYPES, KINDS, LABELS, Sheet, as_response, render

__all__ = [
    "CONTENT_TYPES",
    "KINDS",
    "LABELS",
    "Cell",
    "Column",
    "Formula",
    "Grid",
    "Mistake",
    "Sheet",
    "SheetRow",
    "Table",
    "UnreadableFile",
    "as_response",
    "date",
    "inert",
    "read",
    "read_grid",
    "render",
    "text",
    "whole_number",
]
