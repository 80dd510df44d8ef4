"""Where the money goes: from fund over category to spearhead, of what somebody may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from finance.beside import Loaded, lines_of
from finance.models import BudgetLine
from finance.standing import years_known
from finance.views.comparison import WHAT, choice, links
from schools.asked import partnerships_asked, this_year, year_asked
from swvportal.lib.flow import LEFTS, Path, layout
from swvportal.lib.school_year import label


@require_GET
def flow(request: HttpRequest) -> HttpResponse:
    year, what = year_asked(request), choice(request, "wat", WHAT)
    partnership, known = partnerships_asked(request)
    lines = BudgetLine.objects.visible_to(request.user).filter(
        budget__partnership=partnership, budget__school_year=year
    )
    loaded = lines_of(lines)
    funds = dict(sorted((str(each.fund[0]), each.fund[1]) for each in loaded))
    fund = choice(request, "fonds", {"": "", **funds})
    values: dict[str, object] = {
        "jaar": year,
        "swv": partnership.code if partnership and len(known) > 1 else "",
        "fonds": fund,
        "wat": what,
    }
    paths = paths_of([each for each in loaded if not fund or str(each.fund[0]) == fund], what)
    years = sorted({*years_known(request.user), this_year(), year})
    context = {
        "year": year,
        "what": what,
        "fund": funds.get(fund, ""),
        "paths": paths,
        "total": sum(path.amount for path in paths),
        "schools": len({each.school for each in loaded}),
        "picture": layout(paths),
        "columns": list(zip(("Geldstroom", "Categorie", "Speerpunt"), LEFTS, strict=True)),
        "choices": [
            ("Schooljaar", links({str(each): label(each) for each in years}, "jaar", values)),
            ("Geldstroom", links({"": "alle", **funds}, "fonds", values)),
            ("Wat", links(WHAT, "wat", values)),
        ],
        "partnerships": links({each.code: each.name for each in known}, "swv", values) if len(known) > 1 else [],
    }
    return render(request, "finance/flow.html", context)


def paths_of(loaded: list[Loaded], what: str) -> list[Path]:
    """Added up by fund, category and spearhead, in their order; nothing where nothing is."""
    sums: dict[tuple[str, str, str], int] = {}
    for each in sorted(loaded, key=lambda line: [line.row(by)[0] for by in ("fonds", "categorie", "speerpunt")]):
        names = each.fund[1], each.category[2], each.spearhead[2]
        sums[names] = sums.get(names, 0) + each.cents(what)
    return [Path(names, amount) for names, amount in sums.items() if amount]
