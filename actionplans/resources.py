"""Action points out of a spreadsheet, on django-import-export.

A row becomes a point or its mistakes; nothing is written here. The view shows all rows first, and once there is no
mistake the plan's own verb writes them, all at once. The plan is never read from the file.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from import_export import resources
from import_export.fields import Field
from import_export.results import Result
from import_export.widgets import Widget
from tablib import Dataset

from actionplans.models import ActionPlan, ActionPoint, Spearhead
from swvportal.lib import school_year, spreadsheets
from swvportal.lib.folding import fold
from swvportal.lib.spreadsheets import Column, Mistake, Sheet, Table

EXAMPLE = "Voorbeeld: in juni hebben alle mentoren de training gesprekken met ouders gevolgd."
COLUMNS = (
    Column("Speerpunt", required=False),
    Column("Doel"),
    Column("Hoe meten we dit?", required=False, also=("Hoe meten we dit", "Meten")),
    Column("Wie", required=False),
    Column("Begint op", required=False, also=("Begin",)),
    Column("Uiterlijk klaar", required=False, also=("Klaar", "Einde")),
    Column("Stand", required=False),
)
NAMES = tuple(column.name for column in COLUMNS)
PERIOD = ("Begint op", "Uiterlijk klaar")
STATES = {fold(str(name)): value for value, name in ActionPoint.State.choices}

type Row = Mapping[str, str]


def template_sheets(plan: ActionPlan) -> list[Sheet]:
    """The file to fill in: the columns with an example, and on a second sheet what two of them offer to choose."""
    spearheads = spearheads_of(plan)
    example = (
        str(spearheads[0]) if spearheads else "",
        EXAMPLE,
        "Lijst van de scholing",
        "Teamleider",
        datetime.date(plan.school_year, 9, 1),
        datetime.date(plan.school_year + 1, 6, 30),
        str(ActionPoint.State.PLANNED.label),
    )
    states = [str(name) for name in ActionPoint.State.labels]
    rows = list(zip_longest(map(str, spearheads), states, fillvalue=""))
    offered = ("Speerpunt", "Stand") if spearheads else ("Stand",)
    choices = {name: ("Keuzes", name) for name in offered}
    return [Sheet("Actiepunten", NAMES, [example], choices), Sheet("Keuzes", ("Speerpunt", "Stand"), rows)]


def spearheads_of(plan: ActionPlan) -> list[Spearhead]:
    return list(Spearhead.objects.filter(plan=plan.spearheads_from()))


def rows_of(table: Table) -> list[tuple[int, Row]]:
    """Each row by its number, every cell as text (a date as 2027-01-31); the example of the template is left out."""
    found: list[tuple[int, Row]] = [
        (row.number, {name: _as_text(row.cells[name]) for name in NAMES}) for row in table.rows
    ]
    rows = [(number, row) for number, row in found if fold(row["Doel"]) != fold(EXAMPLE)]
    if len(rows) < len(found):
        table.notes.append("De voorbeeldrij is overgeslagen.")
        if not rows:
            table.complain(None, "", "onder de kop staat alleen het voorbeeld. Vul uw eigen actiepunten in.")
    return rows


def _as_text(cell: object) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date) else spreadsheets.text(cell)


class Parsed(Widget):
    """A cell through a function; a ValueError becomes the row's mistake."""

    def __init__(self, parse: Callable[[str], Any]) -> None:
        super().__init__()
        self.parse = parse

    def clean(self, value: str, row: Row | None = None, **kwargs: Any) -> Any:
        return self.parse(value)


def _words(most: int, *, required: bool = False) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if required and not value:
            raise ValueError("vul een doel in.")
        if len(value) > most:
            raise ValueError(f"deze tekst is te lang: {len(value)} tekens, en het mogen er {most} zijn.")
        return value

    return parse


def _date(value: str) -> datetime.date | None:
    return spreadsheets.date(value) if value else None


def _state(value: str) -> str:
    if not fold(value):
        return ActionPoint.State.PLANNED
    if fold(value) not in STATES:
        raise ValueError(f"kies uit {', '.join(str(name) for name in ActionPoint.State.labels)}.")
    return STATES[fold(value)]


@dataclass(slots=True)
class Checked:
    """A row as it would be added: its point, or what is wrong with it."""

    number: int
    cells: Row
    point: ActionPoint | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    there: bool = False  # the same goal stands in the plan already

    @property
    def as_written(self) -> list[tuple[str, str, list[str]]]:
        """Head, what the file says under it, and what is wrong with that; both days of the period under one head."""
        wrong: dict[str, list[str]] = {}
        for mistake in self.mistakes:
            wrong.setdefault(mistake.column, []).append(mistake.text)
        period = " – ".join(filter(None, (self.cells[name] for name in PERIOD)))
        periods = [f"{name}: {text}" for name in PERIOD for text in wrong.get(name, ())]
        found = [(name, self.cells[name], wrong.get(name, [])) for name in NAMES if name not in PERIOD]
        return [*found[:-1], ("Periode", period, periods), found[-1]]


class PointResource(resources.ModelResource):
    spearhead = Field("spearhead", "Speerpunt", saves_null_values=False)
    goal = Field("goal", "Doel", Parsed(_words(1000, required=True)))
    measure = Field("measure", "Hoe meten we dit?", Parsed(_words(1000)))
    who = Field("who", "Wie", Parsed(_words(160)))
    start = Field("start", "Begint op", Parsed(_date))
    due = Field("due", "Uiterlijk klaar", Parsed(_date))
    state = Field("state", "Stand", Parsed(_state))

    class Meta:
        model = ActionPoint
        fields = ("spearhead", "goal", "measure", "who", "start", "due", "state")
        import_id_fields = ()
        force_init_instance = True  # a file adds points and changes none
        skip_diff = True
        store_instance = True
        use_bulk = True  # and dry: the plan writes

    def __init__(self, plan: ActionPlan) -> None:
        super().__init__()
        self.plan = plan
        self.spearheads = spearheads_of(plan)
        self.fields["spearhead"].widget = Parsed(self._spearhead)
        self.seen: dict[tuple[int | None, str], int] = {}
        self.numbers: list[int] = []

    def check(self, rows: Sequence[tuple[int, Row]], sheet: str = "") -> list[Checked]:
        """Every row as it would be added to the plan, in a fixed number of queries."""
        self.numbers = [number for number, _ in rows]
        checked = [Checked(number, cells) for number, cells in rows]
        dataset = Dataset(*([cells[name] for name in NAMES] for _, cells in rows), headers=list(NAMES))
        result = self.import_data(dataset, dry_run=True, use_transactions=False)
        columns = {str(field.attribute): str(field.column_name) for field in self.fields.values()}
        for invalid in result.invalid_rows:
            row = checked[invalid.number - 1]
            row.mistakes += [
                Mistake(sheet, row.number, columns[attribute], text)
                for attribute, texts in invalid.error_dict.items()
                for text in texts
            ]
        there = set(self.plan.points.values_list("spearhead", "goal"))
        for row, found in zip(checked, result.rows, strict=True):
            if not row.mistakes:
                row.point = found.instance
                row.there = (row.point.spearhead_id, row.point.goal) in there
        return checked

    def _spearhead(self, value: str) -> Spearhead | None:
        """By its number, its title, or both as the portal writes it."""
        if not value:
            return None
        if not self.spearheads:
            raise ValueError("dit plan staat niet onder speerpunten. Laat de cel leeg.")
        asked = fold(value).rstrip(".")
        for spearhead in self.spearheads:
            if asked in {str(spearhead.number), fold(spearhead.title).rstrip("."), fold(str(spearhead)).rstrip(".")}:
                return spearhead
        last = max(spearhead.number for spearhead in self.spearheads)
        raise ValueError(f"dit speerpunt is er niet. Vul een nummer van 1 tot en met {last} in, of de titel.")

    def before_import_row(self, row: Row, row_number: int = 0, **kwargs: Any) -> None:
        self.row_number = row_number

    def validate_instance(
        self, instance: Any, import_validation_errors: dict[str, Any] | None = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        first_day, last_day = school_year.around(self.plan.school_year)
        for name in ("start", "due"):
            if name not in errors and (day := getattr(instance, name)) and not first_day <= day <= last_day:
                year = school_year.label(self.plan.school_year)
                errors[name] = ValidationError(f"kies een datum in of rond schooljaar {year}.")
        if instance.start and instance.due and instance.due < instance.start and not errors.keys() & {"start", "due"}:
            errors["due"] = ValidationError("deze dag ligt vóór de dag in de kolom Begint op.")
        number = self.numbers[self.row_number - 1]
        first = self.seen.setdefault((instance.spearhead_id, instance.goal), number)
        if first != number and "goal" not in errors and "spearhead" not in errors:
            errors["goal"] = ValidationError(f"hetzelfde doel staat ook in rij {first}.")
        if errors:
            raise ValidationError(errors)

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: see `check`."""
        self.create_instances.clear()

    def handle_import_error(self, result: Result, error: Exception, raise_errors: bool = False) -> None:
        raise error  # not the file's mistake but ours
