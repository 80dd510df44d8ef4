"""What a school can work out about another one from the comparison: nothing, whatever it asks, and whenever it looks."""

import datetime
import itertools
from fractions import Fraction

import pytest
from django.urls import reverse

from finance.models import Budget, BudgetLine
from schools.models import Board, PupilCount, Role, School
from swvportal.lib import spreadsheets
from tests import factories, money
from tests.money import YEAR

ASKED = {
    "per": ("fonds", "categorie", "speerpunt"),
    "toon": ("bedrag", "leerling", "deel"),
    "wat": ("begroot", "besteed"),
    "geld": ("swv", "bestuur", "alles"),
}
NONSENSE: tuple[dict[str, str], ...] = (
    {},
    {"per": "school"},
    {"wat": "toegekend", "per": "categorie"},
    {"geld": "x", "toon": ""},
)
OTHERS = (101_11, 123_37, 147_93, 171_51, 199_77, 223_19, 251_61, 277_43, 301_07, 333_29, 357_83)
"""Per pupil; each school has 100."""


@pytest.fixture(autouse=True)
def _in_the_autumn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_, **__: datetime.date(YEAR, 11, 25))


def other(world, number: int, cents: int) -> Budget:
    """One more school with an adopted budget, so much per pupil in one category, half of it as own money as well."""
    school = factories.school(world.partnership, world.board, f"{number:02}YY", f"Ander {number}")
    director = factories.user(f"ander{number}")
    factories.member(director, Role.DIRECTOR, school=school)
    PupilCount.record(world.petra, school, datetime.date(YEAR, 10, 1), 100)
    made = money.budget(world, director, school, amounts=(cents * 100,))
    made.add_line(
        director,
        fund=money.fund(world, "Lumpsum", source="board"),
        category=money.category(world),
        spearhead=None,
        description="Uit eigen geld",
        amount_cents=cents * 50,
    )
    money.bring_budget(world, made, director, "adopted")
    return made


@pytest.fixture
def others(world) -> list[Budget]:
    PupilCount.record(world.petra, world.school, datetime.date(YEAR, 10, 1), 100)
    money.budget(world, world.alice, world.school, amounts=(30_000_00, 11_000_00))
    return [other(world, number, cents) for number, cents in enumerate(OTHERS[:5])]


def combinations():
    for values in itertools.product(*ASKED.values()):
        yield dict(zip(ASKED, values, strict=True))
    yield from NONSENSE


def plain(response) -> str:
    return " ".join(response.content.decode("utf-8-sig").replace("\u00a0", " ").split())


def secrets(budgets) -> list[str]:
    """How the numbers of single schools would be written: whole, per pupil, own, together; on the page and in a file."""
    found = []
    for budget in budgets:
        for line in budget.lines.all():
            for cents in (line.amount_cents, line.amount_cents // 100):
                found += [f"{cents // 100}", f"{cents / 100:.2f}".replace(".", ",")]
    return [each for each in found if len(each) > 3]


def shown_of_others(client, **asked) -> list[tuple[str, ...]]:
    return of_others(client.get(reverse("finance:budget_comparison"), {"jaar": YEAR, **asked}))


def of_others(page) -> list[tuple[str, ...]]:
    table = page.context["table"]
    return [tuple(cell.text for cell in row.cells[1:]) for row in table.rows]


# Everything that can be asked ------------------------------------------------------------------------------------------


def test_whatever_a_school_asks_no_page_and_no_file_holds_another_school(world, others, as_alice):
    names = [budget.school.name for budget in others]
    hidden = secrets(others)
    with_others = set()
    for asked in combinations():
        query = {"jaar": YEAR, **asked}
        page = as_alice.get(reverse("finance:budget_comparison"), query)
        answers = [page, as_alice.get(reverse("finance:flow"), query)] + [
            as_alice.get(reverse(f"finance:{name}", args=["csv"]), query)
            for name in ("budget_comparison_export", "comparison_money_export", "flow_export")
        ]
        for answer in answers:
            assert answer.status_code == 200
            words = plain(answer).replace(".", "")
            assert not [each for each in [*names, *hidden] if each in words], asked
        if any(len(row.cells) > 1 for row in page.context["table"].rows):
            with_others.add(tuple(of_others(page)))
    assert len(with_others) == 1, "others in one form, whatever the address says"


@pytest.mark.parametrize("more", [{"fonds": "1"}, {"school": "99XX00"}, {"swv": "VO9999"}, {"stand": "adopted"}])
def test_nothing_else_in_the_address_shows_the_others_in_another_way(world, others, as_alice, more):
    assert shown_of_others(as_alice, **more) == shown_of_others(as_alice)


@pytest.mark.parametrize("kind", spreadsheets.KINDS)
def test_the_file_says_of_others_what_the_page_says(world, others, as_alice, kind):
    answer = as_alice.get(reverse("finance:budget_comparison_export", args=[kind]), {"jaar": YEAR})
    if kind == "csv":
        found = spread_in_file(answer)
        page = shown_of_others(as_alice)
        assert [int(each[0]) for each in found if each[0]] == [euros(row[0]) for row in page if euros(row[0])]
    assert answer.status_code == 200


def spread_in_file(answer) -> list[list[str]]:
    lines = answer.content.decode("utf-8-sig").splitlines()[1:]
    return [[each.split(",")[0] for each in line.split(";")[2:]] for line in lines]


def euros(shown: str) -> int:
    digits = "".join(sign for sign in shown.split(",", maxsplit=1)[0] if sign.isdigit())
    return int(digits) if digits else 0


# Two moments -----------------------------------------------------------------------------------------------------------


def test_who_looks_before_and_after_one_more_budget_sees_no_change(world, others, as_alice):
    """With exact euros, four times the middle after less three times the middle before is the newcomer's amount."""
    first = shown_of_others(as_alice)
    assert first[0][-1] == "5"
    for number in (5, 6):
        other(world, number, OTHERS[number])
        assert shown_of_others(as_alice) == first
    other(world, 7, OTHERS[7])
    assert shown_of_others(as_alice)[0][-1] == "8"


def test_no_difference_of_two_moments_gives_a_school_away(world, others, as_alice):
    """Every way to subtract what was shown at five and at eight schools, each number times the schools in it."""
    seen = [numbers(shown_of_others(as_alice)[0])]
    for number in (5, 6, 7):
        other(world, number, OTHERS[number])
    seen.append(numbers(shown_of_others(as_alice)[0]))
    weights = (2, 3, 2), (2, 4, 2)
    guesses = set()
    for before, after in itertools.product(range(3), repeat=2):
        guesses.add(weights[1][after] * seen[1][after] - weights[0][before] * seen[0][before])
    single = {round(Fraction(cents, 100)) for cents in OTHERS[:8]}
    assert not {guess for guess in guesses if guess > 0} & single


def numbers(row: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(euros(each) for each in row[:3])


def test_a_budget_given_back_hides_the_five_until_it_is_adopted_again(world, others, as_alice):
    first = shown_of_others(as_alice)
    others[2].give_back(world.petra, "Nog eens kijken.")
    assert not any(shown_of_others(as_alice))
    money.bring_budget(world, others[2], world_director(others[2]), "adopted")
    assert shown_of_others(as_alice) == first


def test_of_six_the_one_given_back_makes_room_for_the_sixth(world, others, as_alice):
    """Two schools change places: the difference is of both."""
    other(world, 5, OTHERS[5])
    others[2].give_back(world.petra, "Nog eens kijken.")
    assert shown_of_others(as_alice)[0][-1] == "5"


def world_director(budget: Budget):
    return budget.school.memberships.select_related("user").get(role=Role.DIRECTOR).user


def test_who_joins_a_row_by_a_new_line_does_not_change_it_alone(world, others, as_alice):
    """The sixth school has adopted long ago, without money in this category, and gets it later."""
    late = other(world, 5, OTHERS[5])
    category, elsewhere = money.category(world), money.category(world, "NT2")
    BudgetLine.objects.filter(budget=late).update(category=elsewhere)
    first = shown_of_others(as_alice)
    BudgetLine.objects.filter(budget=late).update(category=category)
    assert shown_of_others(as_alice)[0] == first[0]
    assert first[0][-1] == "5"


# Other roles -----------------------------------------------------------------------------------------------------------


def test_a_board_member_of_one_school_sees_that_school_alone(world, others, client):
    board = Board.objects.create(name="Stichting Alleen")
    School.objects.filter(pk=world.school.pk).update(board=board)
    eva = factories.user("eva")
    factories.member(eva, Role.BOARD_MEMBER, board=board)
    client.force_login(eva)
    for asked in combinations():
        response = client.get(reverse("finance:budget_comparison"), {"jaar": YEAR, **asked})
        assert len(response.context["found"].budgets) == 1
        assert not response.context["found"].spreads
        assert not [budget for budget in others if budget.school.name in plain(response)]


def test_an_officer_of_another_partnership_sees_nothing_of_this_one(world, others, as_otto):
    for name, args in (
        ("budget_comparison", []),
        ("flow", []),
        ("budget_comparison_export", ["csv"]),
        ("comparison_money_export", ["csv"]),
        ("flow_export", ["csv"]),
    ):
        words = plain(as_otto.get(reverse(f"finance:{name}", args=args), {"jaar": YEAR, "swv": world.partnership.code}))
        assert not [each for each in secrets(others) if each in words.replace(".", "")]
        assert "Ander 1" not in words


def test_an_officer_elsewhere_with_a_role_at_a_school_here_sees_what_the_school_sees(world, others, as_alice):
    factories.member(world.alice, Role.POLICY_OFFICER, partnership=world.other_partnership)
    found = as_alice.get(reverse("finance:budget_comparison"), {"jaar": YEAR, "swv": world.partnership.code})
    assert found.context["school"] == world.school
    assert "Ander 1" not in plain(found)
