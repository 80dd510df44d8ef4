"""Money in whole eurocents: what the database holds, how people read it, what they may type."""

import re

_AMOUNT = re.compile(r"(?P<sign>-?)(€|EUR)?(?P<minus>-?)(?P<euros>[0-9.]+)(,(?P<cents>[0-9]{1,2}|-))?")
_GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
# What the database holds in a bigint is far more than this; a longer number is a slip of the keyboard.
_MOST_DIGITS = 12


def euro(cents: int) -> str:
    """ "€ 1.234,56", and "€ 1.234" for whole euros; the space does not break."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{'-' if cents < 0 else ''}€\u00a0{grouped}" + (f",{rest:02d}" if rest else "")


def parse_euro(text: str) -> int:
    """Eurocents from what a person typed: "1234", "1.234", "1.234,5", "€ 1.234,56", "1234,-".

    Raises ValueError with a Dutch message. "12.50" is refused: it may mean twelve and a half or a slip for 1250.
    """
    found = _AMOUNT.fullmatch(re.sub(r"\s", "", text))
    if not found or (found["sign"] and found["minus"]):
        raise ValueError("Vul een bedrag in euro's in, bijvoorbeeld 1.234,56.")
    euros = found["euros"]
    if "." in euros and not _GROUPED.fullmatch(euros):
        raise ValueError("Gebruik een komma voor de centen en punten alleen bij duizendtallen, bijvoorbeeld 1.234,56.")
    digits = euros.replace(".", "")
    if len(digits) > _MOST_DIGITS:
        raise ValueError("Dit bedrag is te groot.")
    part = (found["cents"] or "").replace("-", "")
    cents = int(digits) * 100 + int(part.ljust(2, "0") if part else 0)
    return -cents if found["sign"] or found["minus"] else cents


def split(cents: int, *weights: int) -> tuple[int, ...]:
    """`cents` in parts in proportion to `weights`; the parts add up to it, and none is off by a whole cent.

    Cents that are left over go to the parts that lost most by rounding down, the first of equals first. A negative
    amount is the mirror of the positive one.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("the weights must be positive together")
    size, sign = abs(cents), -1 if cents < 0 else 1
    parts = [size * weight // total for weight in weights]
    lost = sorted(range(len(weights)), key=lambda i: -(size * weights[i] % total))
    for i in lost[: size - sum(parts)]:
        parts[i] += 1
    return tuple(sign * part for part in parts)
