"""Signals: the overview of a year, noting one, and "wij ook"."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import SignedInRequest
from actionplans import trends
from actionplans.forms.signals import ContinueForm, Side, SignalEditForm, SignalForm, VoiceForm, sides_of
from actionplans.models import Signal, SignalTheme, SignalVoice, Strength
from actionplans.querysets import SignalQuerySet
from actionplans.trends import Seen
from schools.asked import downloads, partnerships_asked, query, this_year, words_asked, year_asked
from schools.models import Partnership
from swvportal.lib import spreadsheets
from swvportal.lib.school_year import label

get_or_post = require_http_methods(["GET", "HEAD", "POST"])

SILENT = "Signalen geven kan namens een school of het samenwerkingsverband."
YEARS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A signal on the overview, with what this reader may do with it."""

    signal: Signal
    seen: Seen
    earlier: list[Seen]
    voices: list[tuple[SignalVoice, str]]  # with the key of the side, where it is the reader's own
    may_change: bool
    may_second: bool
    continued_in: int | None

    @property
    def strength(self) -> str:
        return str(Strength(self.signal.strength).label)


@dataclass(frozen=True, slots=True)
class ThemeRows:
    key: str
    label: str
    schools: int
    office: bool
    rows: list[Row]

    @property
    def in_words(self) -> str:
        return trends.in_words(self.schools, office=self.office)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the overview is about: one partnership, year and theme, and words."""

    partnership: Partnership | None
    year: int
    theme: str
    words: str

    @property
    def narrowed(self) -> bool:
        return bool(self.theme or self.words)


def _asked(request: SignedInRequest, year: int | None = None) -> tuple[Asked, list[Partnership]]:
    partnership, mine = partnerships_asked(request)
    theme = request.GET.get("thema", "")
    chosen = theme if theme in SignalTheme.values else ""
    return Asked(partnership, year_asked(request) if year is None else year, chosen, words_asked(request)), mine


def _found(request: SignedInRequest, asked: Asked) -> SignalQuerySet:
    found = _all_of(request, asked.partnership).filter(school_year=asked.year).mentioning(asked.words)
    return found.filter(theme=asked.theme) if asked.theme else found


def _all_of(request: SignedInRequest, partnership: Partnership | None) -> SignalQuerySet:
    return Signal.objects.visible_to(request.user).filter(partnership=partnership)


def _seen(signals: SignalQuerySet) -> dict[int, Seen]:
    """Who sees what, of every year, in two queries."""
    voices: dict[int, list[int | None]] = {}
    for signal, school in SignalVoice.objects.filter(signal__in=signals).values_list("signal", "school"):
        voices.setdefault(signal, []).append(school)
    found = {}
    for pk, year, theme, continues, school in signals.values_list("pk", "school_year", "theme", "continues", "school"):
        sides = [school, *voices.get(pk, ())]
        schools = frozenset(side for side in sides if side is not None)
        found[pk] = Seen(pk, year, theme, continues, schools, None in sides)
    return found


# The overview ---------------------------------------------------------------------------------------------------------


@require_GET
def signals(request: SignedInRequest) -> HttpResponse:
    asked, mine = _asked(request)
    sides = sides_of(request.user)
    everything = _all_of(request, asked.partnership)
    seen = _seen(everything)
    rows = _rows(request, list(_found(request, asked).for_list()), seen, sides)
    now = this_year()
    years = sorted({asked.year, now} | {each.school_year for each in seen.values()}, reverse=True)
    context = {
        "asked": asked,
        "asked_query": query(jaar=asked.year, swv=_code(asked, mine), thema=asked.theme, q=asked.words),
        "partnerships": mine,
        "groups": _by_theme(rows),
        "total": len(rows),
        "year_links": [(label(year), query(jaar=year, swv=_code(asked, mine)), year == asked.year) for year in years],
        "theme_links": _theme_links(asked, mine, seen),
        "development": _development(seen, years[:YEARS_SHOWN][::-1]),
        "development_years": [label(year) for year in years[:YEARS_SHOWN][::-1]],
        "unheard": _unheard(everything, seen, now) if asked.year == now and sides and not asked.narrowed else [],
        "speaks": _speaks_here(sides, asked.partnership),
        "is_this_year": asked.year == now,
        "downloads": downloads(
            "actionplans:signals_export", asked.year, swv=_code(asked, mine), thema=asked.theme, q=asked.words
        ),
    }
    return render(request, "actionplans/signals.html", context)


def _code(asked: Asked, mine: list[Partnership]) -> str:
    """The partnership belongs in the address only where there are several."""
    return asked.partnership.code if asked.partnership and len(mine) > 1 else ""


def _speaks_here(sides: dict[str, Side], partnership: Partnership | None) -> bool:
    return partnership is not None and any(side.partnership == partnership for side in sides.values())


def _rows(request: SignedInRequest, found: list[Signal], seen: dict[int, Seen], sides: dict[str, Side]) -> list[Row]:
    """Those that most schools see first."""
    continued = {each.continues: each.school_year for each in seen.values() if each.continues}
    own = {(side.partnership.pk, side.school_pk): key for key, side in sides.items()}
    here = [own_key for own_key in own if own_key[0] in {signal.partnership_id for signal in found}]
    rows = []
    for signal in found:
        voices = list(signal.voices.all())
        heard = {signal.school_id, *(voice.school_id for voice in voices)}
        rows.append(
            Row(
                signal,
                seen[signal.pk],
                trends.earlier(signal.pk, seen),
                [(voice, own.get((signal.partnership_id, voice.school_id), "")) for voice in voices],
                signal.may_change(request.user),
                any(partnership == signal.partnership_id and side not in heard for partnership, side in here),
                continued.get(signal.pk),
            )
        )
    return sorted(rows, key=lambda row: (-len(row.seen.schools), not row.seen.office, -row.signal.strength))


def _by_theme(rows: list[Row]) -> list[ThemeRows]:
    groups = []
    for key, name in SignalTheme.choices:
        inside = [row for row in rows if row.signal.theme == key]
        if inside:
            schools = frozenset[int]().union(*(row.seen.schools for row in inside))
            groups.append(ThemeRows(key, str(name), len(schools), any(row.seen.office for row in inside), inside))
    return sorted(groups, key=lambda group: -group.schools)


def _theme_links(asked: Asked, mine: list[Partnership], seen: dict[int, Seen]) -> list[tuple[str, str, int, bool]]:
    """Word, address, how many signals of this year, and whether it is the one that is shown."""
    this = [each for each in seen.values() if each.school_year == asked.year]
    common = {"jaar": asked.year, "swv": _code(asked, mine), "q": asked.words}
    links = [("alle thema's", query(**common), len(this), not asked.theme)]
    for key, name in SignalTheme.choices:
        count = sum(each.theme == key for each in this)
        if count or key == asked.theme:
            links.append((str(name), query(**common, thema=key), count, key == asked.theme))
    return links


def _development(seen: dict[int, Seen], years: list[int]) -> list[tuple[str, list[int], list[trends.Bar]]]:
    counts = trends.schools_per_year(seen.values(), years)
    most = max((count for row in counts.values() for count in row), default=0)
    return [
        (str(name), counts[key], trends.bars(counts[key], years, most))
        for key, name in SignalTheme.choices
        if key in counts and any(counts[key])
    ]


def _unheard(everything: SignalQuerySet, seen: dict[int, Seen], now: int) -> list[tuple[Signal, Seen]]:
    """What was seen last year and has not come back this year."""
    continued = {each.continues for each in seen.values() if each.continues is not None}
    last = everything.filter(school_year=now - 1).exclude(pk__in=continued).select_related("school")
    return sorted(((signal, seen[signal.pk]) for signal in last), key=lambda row: -len(row[1].schools))


@require_GET
def signals_export(request: SignedInRequest, year: int, kind: str) -> HttpResponse:
    asked, _ = _asked(request, year)
    everything = _all_of(request, asked.partnership)
    seen = _seen(everything)
    found = sorted(_found(request, asked).for_list(), key=lambda signal: -len(seen[signal.pk].schools))
    columns = ("Schooljaar", "Thema", "Signaal", "Hoe sterk", "Genoteerd door", "Scholen", "SWV", "Eerder in")
    years = sorted({each.school_year for each in seen.values()})
    sheets = [
        spreadsheets.Sheet("Signalen", columns, [_signal_cells(signal, seen) for signal in found]),
        spreadsheets.Sheet(
            "Wij ook",
            ("Schooljaar", "Thema", "Signaal", "Wie", "Hoe sterk", "Opmerking"),
            [
                (*_signal_cells(signal, seen)[:3], _who(voice), str(Strength(voice.strength).label), voice.remark)
                for signal in found
                for voice in signal.voices.all()
            ],
        ),
        spreadsheets.Sheet(
            "Ontwikkeling",
            ("Thema (aantal scholen)", *(label(each) for each in years)),
            [(name, *counts) for name, counts, _ in _development(seen, years)],
        ),
    ]
    return spreadsheets.as_response(sheets, kind, f"signalen-{label(year)}")


def _who(row: Signal | SignalVoice) -> str:
    return row.school.name if row.school else "SWV"


def _signal_cells(signal: Signal, seen: dict[int, Seen]) -> tuple[spreadsheets.Cell, ...]:
    here = seen[signal.pk]
    return (
        label(signal.school_year),
        str(SignalTheme(signal.theme).label),
        signal.text,
        str(Strength(signal.strength).label),
        _who(signal),
        len(here.schools),
        here.office,
        ", ".join(label(each.school_year) for each in trends.earlier(signal.pk, seen)),
    )


# One signal -----------------------------------------------------------------------------------------------------------


def _load(request: SignedInRequest, pk: int) -> Signal:
    signals = Signal.objects.visible_to(request.user).select_related("partnership", "school", "continues")
    return get_object_or_404(signals, pk=pk)


def _back_to(signal: Signal) -> HttpResponse:
    return redirect(f"{reverse('actionplans:signals')}?jaar={signal.school_year}#signaal-{signal.pk}")


def _sides_for(request: SignedInRequest, signal: Signal, *, but_its_own: bool = False) -> dict[str, Side]:
    """For whom this person may speak about it. PermissionDenied where that is nobody."""
    sides = {key: side for key, side in sides_of(request.user).items() if side.partnership == signal.partnership}
    if not sides:
        raise PermissionDenied(SILENT)
    if but_its_own:
        return {key: side for key, side in sides.items() if side.school_pk != signal.school_id}
    return sides


def _year_of_page(request: SignedInRequest) -> int:
    """This year, or the year in which the page was opened: what is sent after the summer still is what was read."""
    return min(year_asked(request), this_year()) if request.method == "POST" else this_year()


@get_or_post
def signal_add(request: SignedInRequest) -> HttpResponse:
    sides = sides_of(request.user)
    if not sides:
        raise PermissionDenied(SILENT)
    year = _year_of_page(request)
    form = SignalForm(request.POST or None, sides=sides, year=year)
    if request.method == "POST" and form.is_valid():
        given, side = form.cleaned_data, form.speaks_for()
        signal = Signal.note(
            request.user,
            side.partnership,
            side.school,
            school_year=given["school_year"],
            theme=given["theme"],
            text=given["text"],
            strength=given["strength"],
        )
        messages.success(request, f"Het signaal van {side.name} is genoteerd. De andere scholen lezen het nu ook.")
        return _back_to(signal)
    return render(request, "actionplans/signal_form.html", {"form": form, "task": "add", "sides": sides, "year": year})


@get_or_post
def signal_continue(request: SignedInRequest, pk: int) -> HttpResponse:
    """ "Zien we dit jaar weer": a new signal of this year that goes on from this one."""
    before = _load(request, pk)
    sides, year = _sides_for(request, before), _year_of_page(request)
    if before.school_year >= year:
        messages.error(request, "Dit signaal is al van dit schooljaar. Zeg “wij ook” als u het ook ziet.")
        return _back_to(before)
    initial = {"theme": before.theme, "text": before.text, "strength": before.strength}
    form = ContinueForm(request.POST or None, sides=sides, initial=initial)
    if request.method == "POST" and form.is_valid():
        given, side = form.cleaned_data, form.speaks_for()
        signal = Signal.note(
            request.user,
            side.partnership,
            side.school,
            school_year=year,
            theme=given["theme"],
            text=given["text"],
            strength=given["strength"],
            continues=before,
        )
        messages.success(request, f"Het signaal staat nu ook bij {label(year)}.")
        return _back_to(signal)
    context = {"form": form, "task": "continue", "signal": before, "sides": sides, "year": year}
    return render(request, "actionplans/signal_form.html", context)


@get_or_post
def signal_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _load(request, pk)
    if not signal.may_change(request.user):
        raise PermissionDenied("Alleen wie het signaal schreef, en het samenwerkingsverband, kan het wijzigen.")
    form = SignalEditForm(request.POST or None, signal=signal)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.saved_by(lambda values, bases: signal.change(request.user, values, bases))
    ):
        messages.success(request, "Het signaal is gewijzigd.")
        return _back_to(signal)
    return render(request, "actionplans/signal_form.html", {"form": form, "task": "edit", "signal": signal})


@get_or_post
def signal_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _load(request, pk)
    if not signal.may_change(request.user):
        raise PermissionDenied("Alleen wie het signaal schreef, en het samenwerkingsverband, kan het verwijderen.")
    if request.method == "POST":
        year = signal.school_year
        signal.remove(request.user)
        messages.success(request, "Het signaal is verwijderd.")
        return redirect(f"{reverse('actionplans:signals')}?jaar={year}")
    context = {"signal": signal, "voices": signal.voices.count()}
    return render(request, "actionplans/signal_remove.html", context)


@get_or_post
def signal_second(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _load(request, pk)
    sides = _sides_for(request, signal, but_its_own=True)
    if not sides:
        messages.error(request, "Dit signaal is van uzelf.")
        return _back_to(signal)
    before = _said_before(request, signal, sides)
    form = VoiceForm(request.POST or None, sides=sides, initial=before)
    if request.method == "POST" and form.is_valid():
        side, given = form.speaks_for(), form.cleaned_data
        signal.second(request.user, side.school, remark=given["remark"], strength=given["strength"])
        messages.success(request, f"Genoteerd: {side.name} ziet dit ook.")
        return _back_to(signal)
    context = {"form": form, "signal": signal, "sides": sides, "said": "strength" in before}
    return render(request, "actionplans/signal_second.html", context)


def _said_before(request: SignedInRequest, signal: Signal, sides: dict[str, Side]) -> dict[str, object]:
    """What this side said already, so that it can be changed: the one in `?namens=`, or the only one."""
    key = request.GET.get("namens", "") if len(sides) > 1 else next(iter(sides))
    if key not in sides:
        return {}
    voice = signal.voices.filter(school=sides[key].school_pk).first()
    return {"side": key} | ({"remark": voice.remark, "strength": voice.strength} if voice else {})


@require_POST
def signal_unsecond(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _load(request, pk)
    side = _sides_for(request, signal).get(request.POST.get("side", ""))
    if side is None:
        raise BadRequest("Voor deze school kunt u niet spreken.")
    signal.unsecond(request.user, side.school)
    messages.success(request, f"“Wij ook” van {side.name} is ingetrokken.")
    return _back_to(signal)
