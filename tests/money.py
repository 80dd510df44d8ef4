"""Funds, budgets, spending, accounts and accountability texts in the small world, through the models' own verbs.

Two school years: 2025-2026 is over and accounted for, 2026-2027 runs.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from finance.models import (
    AccountQuestion,
    Allocation,
    BoardNarrative,
    Budget,
    BudgetLine,
    Category,
    Entry,
    Expenditure,
    Fund,
    FundAccount,
    FundYear,
    QuestionSet,
    SchoolNarrative,
    SpendingImport,
)
from schools.models import PupilCount
from swvportal.lib.merging import bases_of
from tests.factories import PDF
from tests.plans import between, support_plan

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import School
    from tests.factories import World

YEAR, LAST = 2026, 2025
RATE, FIXED = 80_00, 5_000_00
PUPILS = {"Het Kompas": 800, "De Horizon": 450}


def fund(world: "World", name: str = "Ondersteuning licht", **fields: Any) -> Fund:
    """Of the partnership, by the school year, unless `fields` say otherwise; the one of this name when it is there."""
    existing = Fund.objects.with_rules().filter(partnership=world.partnership, name=name).first()
    made = existing or Fund.begin(world.petra, world.partnership, name=name, **fields)
    return Fund.objects.with_rules().get(pk=made.pk)


def category(world: "World", name: str = "Mentoraat") -> Category:
    Category.ship_to(world.petra, world.partnership)
    return Category.objects.get(partnership=world.partnership, name=name)


def fund_year(of: Fund, world: "World", year: int = YEAR, *, published: bool = True, **fields: object) -> FundYear:
    """The rules of one year: 80 euros a pupil and 5,000 a location, unless `fields` say otherwise."""
    existing = FundYear.objects.for_page().filter(fund=of, year=year).first()
    if existing is not None:
        return existing
    counted_on = datetime.date(year - 1, 10, 1)
    for school in (world.school, world.other_school):
        PupilCount.record(world.petra, school, counted_on, PUPILS[school.name])
    rules = {
        "available_cents": 120_000_00,
        "rate_cents": RATE,
        "fixed_cents": FIXED,
        "counted_on": counted_on,
        "account_due": datetime.date(year + 1, 10, 15),
        **fields,
    }
    made = FundYear.begin(world.petra, of, year, **rules)
    Allocation.propose(world.petra, made)
    if published:
        Allocation.publish(world.petra, made)
    return FundYear.objects.for_page().get(pk=made.pk)


def budget(
    world: "World",
    by: "User",
    school: "School",
    *,
    year: int = YEAR,
    state: str = "draft",
    amounts: tuple[int, ...] = (30_000_00, 20_000_00),
    of: Fund | None = None,
) -> Budget:
    """A budget with one line per amount (the first under the first spearhead, the rest under none), in this state."""
    support_plan(world)
    paid_by = of or fund(world)
    made = Budget.begin(by, school, year)
    names = ("Mentoraat", "NT2", "Studiecoaches", "Professionalisering")
    for number, amount in enumerate(amounts):
        made.add_line(
            by,
            fund=paid_by,
            category=category(world, names[number % len(names)]),
            spearhead=made.spearheads().first() if number == 0 else None,
            description=f"Regel {number + 1}",
            amount_cents=amount,
        )
    bring_budget(world, made, by, state)
    return Budget.objects.for_page().get(pk=made.pk)


def bring_budget(world: "World", made: Budget, by: "User", state: str) -> None:
    """From the state in which it is to this one, by Petra and the director `by`."""
    moves = {"submitted": lambda: made.submit(by), "adopted": lambda: made.adopt(world.petra)}
    for move in between(made.state, state, moves):
        move()


def lines(of: Budget) -> list[BudgetLine]:
    return list(BudgetLine.objects.for_page().filter(budget=of.pk))


def book(
    by: "User", line: BudgetLine, cents: int, on: datetime.date | None = None, text: str = "Factuur"
) -> Expenditure:
    made = Expenditure.book(by, Entry(line=line, amount_cents=cents, description=text, on=on))
    return Expenditure.objects.for_list().get(pk=made.pk)


def read_in(by: "User", line: BudgetLine, cents: int, on: datetime.date) -> SpendingImport:
    """One booking from a file of the school's accounts."""
    entries = [Entry(line=line, amount_cents=cents, description="Factuur", on=on)]
    return SpendingImport.book(by, line.budget, entries, name="boekhouding.csv", sha256="a" * 64)


def account(world: "World", by: "User", school: "School", of: FundYear, *, state: str = "draft") -> FundAccount:
    """With everything explained, in this state."""
    made = FundAccount.objects.for_page().get(pk=FundAccount.begin(by, school, of).pk)
    write_account(made, by)
    bring_account(world, made, by, state)
    return FundAccount.objects.for_page().get(pk=made.pk)


def write_account(made: FundAccount, by: "User") -> None:
    standing = made.standing()
    made.save_content(by, dict.fromkeys(standing, "Zo is het gegaan."), bases_of(standing))


def statement(by: "User", of: FundAccount, name: str = "controleverklaring.pdf") -> None:
    of.attach_statement(by, SimpleUploadedFile(name, PDF, "application/pdf"), "application/pdf")


def bring_account(world: "World", made: FundAccount, by: "User", state: str) -> None:
    moves = {"submitted": lambda: made.submit(by, uuid.uuid4()), "approved": lambda: made.approve(world.petra)}
    for move in between(made.state, state, moves):
        move()


def question_set(world: "World", year: int = LAST, *, published: bool = True) -> QuestionSet:
    """Of the board of both schools."""
    made = QuestionSet.begin(world.dirk, world.board, year)
    if published and made.is_draft:
        made.save_content(world.dirk, {"due": datetime.date(year + 1, 3, 1)}, bases_of({"due": None}))
        made.publish(world.dirk)
    return QuestionSet.objects.for_page().get(pk=made.pk)


def narrative(by: "User", school: "School", of: QuestionSet, *, state: str = "draft") -> SchoolNarrative:
    made = SchoolNarrative.objects.for_page().get(pk=SchoolNarrative.begin(by, school, of).pk)
    standing = made.standing()
    made.save_content(by, {key: f"{school.name} over {key}." for key in standing}, bases_of(standing))
    if state == "submitted":
        made.submit(by)
    return SchoolNarrative.objects.for_page().get(pk=made.pk)


def summary(world: "World", of: QuestionSet, *, state: str = "draft") -> BoardNarrative:
    made = BoardNarrative.begin(world.dirk, of, world.partnership)
    made.save_content(world.dirk, {"text": "De scholen werken samen."}, bases_of({"text": ""}))
    if state == "published":
        made.publish(world.dirk)
    return BoardNarrative.objects.for_page().get(pk=made.pk)


# For the access table --------------------------------------------------------------------------------------------------


def set_up(world: "World", state: str) -> None:
    """Money beside the forms of the access table, in the same state: Alice's own goes along, Carla's is adopted,
    approved and submitted throughout. Called once more it goes on from where it stands."""
    if "money" not in world.__dict__:
        world.money = _scene(world)
    scene = world.money
    budget_state, account_state = {
        "draft": ("draft", "draft"),
        "half": ("submitted", "submitted"),
        "after": ("adopted", "approved"),
    }[state]
    bring_budget(world, scene.alices_budget, world.alice, budget_state)
    if state != "draft" and not scene.alices_line.entries.exists():
        book(world.alice, scene.alices_line, 1_234_56, datetime.date(YEAR, 9, 30))
    if state == "draft":
        bring_account(world, scene.alices_account, world.alice, "draft")
    else:
        bring_account(world, scene.alices_account, world.alice, "submitted")
        if not scene.alices_account.questions.exists():
            AccountQuestion.ask(world.petra, scene.alices_account, "Waarom bleef het mentoraat achter?")
        bring_account(world, scene.alices_account, world.alice, account_state)
    if state != "draft" and scene.alices_narrative.is_draft:
        scene.alices_narrative.submit(world.alice)
    if state == "after" and scene.summary.is_draft:
        scene.summary.publish(world.dirk)


def grow(world: "World", by: "User", school: "School") -> None:
    """The same for one school more, by its director: this year's allocation as a correction and an adopted budget with a
    booking, last year's account and answers."""
    scene = world.money
    for year in (scene.last, scene.this):
        Allocation.correct(world.petra, year, school, 40_000_00, "Later bijgekomen.")
    before = budget(world, by, school, year=LAST, state="adopted", amounts=(20_000_00, 10_000_00))
    book(by, lines(before)[0], 19_000_00, datetime.date(LAST, 11, 5))
    now = budget(world, by, school, state="adopted", amounts=(22_000_00, 11_000_00))
    book(by, lines(now)[0], 2_000_00, datetime.date(YEAR, 10, 1))
    account(world, by, school, scene.last, state="approved")
    narrative(by, school, scene.question_set, state="submitted")


def _scene(world: "World") -> "Scene":
    light = fund(world)
    last = fund_year(light, world, LAST)
    this = fund_year(light, world, YEAR)
    lumpsum = fund(world, "Lumpsum", source=Fund.Source.BOARD)
    training = fund(world, "Professionalisering", year_kind=Fund.YearKind.CALENDAR)
    amounts = {world.alice: (30_000_00, 20_000_00), world.carla: (25_000_00, 10_000_00)}
    for by, school in ((world.alice, world.school), (world.carla, world.other_school)):
        before = budget(world, by, school, year=LAST, state="adopted", amounts=amounts[by])
        by_hand, from_a_file = lines(before)
        book(by, by_hand, by_hand.amount_cents - 1_000_00, datetime.date(LAST, 11, 5))
        read_in(by, from_a_file, from_a_file.amount_cents - 1_000_00, datetime.date(LAST, 11, 5))
    carlas = budget(world, world.carla, world.other_school, state="adopted", amounts=(25_000_00, 10_000_00))
    book(world.carla, lines(carlas)[0], 2_500_00, datetime.date(YEAR, 10, 1))
    asked = question_set(world)
    scene = Scene(
        fund=light,
        lumpsum=lumpsum,
        last=last,
        this=this,
        draft_year=fund_year(training, world, YEAR, published=False),
        alices_budget=budget(world, world.alice, world.school),
        carlas_budget=carlas,
        alices_account=account(world, world.alice, world.school, last),
        carlas_account=account(world, world.carla, world.other_school, last, state="approved"),
        question_set=asked,
        question_set_draft=question_set(world, YEAR, published=False),
        alices_narrative=narrative(world.alice, world.school, asked),
        carlas_narrative=narrative(world.carla, world.other_school, asked, state="submitted"),
        summary=summary(world, asked),
    )
    scene.alices_entry.attach(world.alice, SimpleUploadedFile("factuur.pdf", PDF, "application/pdf"), "application/pdf")
    statement(world.bob, scene.alices_account)
    return scene


@dataclass
class Scene:
    fund: Fund
    lumpsum: Fund
    last: FundYear
    this: FundYear
    draft_year: FundYear
    alices_budget: Budget
    carlas_budget: Budget
    alices_account: FundAccount
    carlas_account: FundAccount
    question_set: QuestionSet
    question_set_draft: QuestionSet
    alices_narrative: SchoolNarrative
    carlas_narrative: SchoolNarrative
    summary: BoardNarrative

    @property
    def alices_line(self) -> BudgetLine:
        return lines(self.alices_budget)[0]

    @property
    def carlas_line(self) -> BudgetLine:
        return lines(self.carlas_budget)[0]

    @property
    def carlas_entry(self) -> Expenditure:
        return Expenditure.objects.for_list().get(line__budget=self.carlas_budget)

    @property
    def alices_entry(self) -> Expenditure:
        """Of last year's budget, which is accounted for from the half state on."""
        entries = Expenditure.objects.for_list().filter(
            line__budget__school=self.alices_budget.school, line__budget__school_year=LAST
        )
        return entries.order_by("pk")[0]
