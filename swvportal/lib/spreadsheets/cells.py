"""What stands in a cell: nothing that could be a formula on the way out, a Dutch sentence for a slip on the way in.

`text`, `date` and `whole_number` raise a ValueError that says what is wrong, to stand behind the place of a `Mistake`.
"""

import datetime
import math
import re
import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError

from swvportal.lib import dates
from swvportal.lib.folding import fold
from swvportal.lib.seal import normalise_text

type Cell = str | int | float | Decimal | datetime.date | datetime.datetime | bool | None

FORMULA_SIGNS = "=+-@＝＋－＠"
WRONG_DATE = "vul een datum in, bijvoorbeeld 31-01-2027."
WRONG_NUMBER = "vul een heel getal in, bijvoorbeeld 12."
MOST = 10**12  # what people count stays far below, and the database takes more


class Formula(str):
    """The text of a formula: what it works out to is never read."""

    __slots__ = ()


def inert(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: an apostrophe comes before =, +, - and @, tab and return.

    Also where blanks or characters without width come first, and one more where it already stands behind an
    apostrophe: then `text`, which takes one away, gives back what was there.
    """
    return f"'{text}" if is_like_formula(text.lstrip("'")) else text


def is_like_formula(text: str) -> bool:
    if text.startswith(("\t", "\r")):
        return True
    seen = next((c for c in text if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf"}), "")
    return bool(seen) and seen in FORMULA_SIGNS


def digits(number: float | Decimal) -> str:
    """A number in full, with a decimal comma; of a float the 15 digits that spreadsheets keep."""
    exact = Decimal(f"{number:.15g}" if isinstance(number, float) else number)
    return f"{exact:f}".replace(".", ",")


def text(value: object) -> str:
    """What stands in the cell, "" where nothing does. Numbers and dates as one writes them here: 12,5 and 31-01-2027.

    The apostrophe that `inert` writes is taken away.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float | Decimal):
        return digits(value)
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        return f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d-%m-%Y}"
    plain = normalise_text(f"{value:%H:%M}" if isinstance(value, datetime.time) else str(value))
    return plain[1:].strip() if plain.startswith("'") and is_like_formula(plain.lstrip("'")) else plain


def date(value: object) -> datetime.date:
    """The day of a real date, or of 31-1-2027, 31/01/2027, 2027-01-31 or 31 januari 2027, in this century."""
    if isinstance(value, datetime.datetime):
        day = value.date()
    elif isinstance(value, datetime.date):
        day = value
    else:
        day = _written_date(value if isinstance(value, str) else "")
    try:
        dates.must_be_plausible(day)
    except ValidationError as error:
        raise ValueError("vul een datum van deze eeuw in, bijvoorbeeld 31-01-2027.") from error
    return day


def _written_date(written: str) -> datetime.date:
    folded = fold(written)
    months = "|".join(name[:3] for name in dates.MONTHS)
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", folded):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", folded):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
    elif found := re.fullmatch(rf"(?:[a-z]+ )?([0-9]{{1,2}}) ({months}|mrt)([a-z]*)\.? ([0-9]{{4}})", folded):
        day, month, year = int(found[1]), _month(found[2] + found[3]), int(found[4])
    else:
        raise ValueError(WRONG_DATE)
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(WRONG_DATE) from error


def _month(name: str) -> int:
    """The number of a month, in full or shortened to at least three letters; 0 where it is none."""
    if name in dates.MONTHS_SHORT:
        return dates.MONTHS_SHORT.index(name) + 1
    return next((number for number, month in enumerate(dates.MONTHS, 1) if month.startswith(name)), 0)


def whole_number(value: object) -> int:
    """A number without decimals. Written as text, 1.234 with a point at the thousands is one, and so is -3."""
    if isinstance(value, str):
        written = re.sub(r"\s", "", text(value))
        if not re.fullmatch(r"-?([0-9]{1,20}|[0-9]{1,3}(\.[0-9]{3}){1,6})", written):
            raise ValueError(WRONG_NUMBER)
        number = int(written.replace(".", ""))
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(WRONG_NUMBER)
    else:
        number = int(value) if math.isfinite(value) else 0
        if number != value:
            raise ValueError(WRONG_NUMBER)
    if abs(number) >= MOST:
        raise ValueError("dit getal is te groot.")
    return number
