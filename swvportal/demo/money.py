"""The demo's two years of money, made through the models' own verbs.

Last year is accounted for by most schools, this year runs: some budgets are adopted, one waits, one has to begin.
"""

import datetime
import hashlib
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from actionplans.models import ActionPoint
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
    over_allocation,
)
from schools.models import PupilCount, School
from swvportal.demo import money_texts as texts
from swvportal.demo.cast import Cast
from swvportal.demo.clock import at, clock_at, workday, workday_before
from swvportal.lib.merging import bases_of
from swvportal.lib.money import split

# How far each school's budget of the running year is, and its accounts of last year.
BUDGETS = ("adopted", "draft", "submitted", "adopted", "adopted", "adopted", "submitted", "")
ACCOUNTS = ("approved", "submitted", "", "approved", "returned", "approved", "approved", "draft")
AGREED = (0, 5)  # these schools put money into what they agreed in last year's conversation
GROWN = 3  # this school budgets more than it gets, and says why
BOARD = 4  # the first schools of the cast belong to Dirk's board
LICHT, ZWAAR, TRAINING = range(3)


class MoneyBuilder:
    """Steps in the order in which they happened; `build.py` calls them after the plans of their year."""

    def __init__(self, cast: Cast, today: datetime.date, year: int) -> None:
        self.cast, self.today, self.year = cast, today, year
        self.petra, self.bea, self.dirk = (cast.people[name] for name in ("petra", "bea", "dirk"))

    # Funds and allocations -------------------------------------------------------------------------------------------

    def begin_funds(self) -> None:
        with clock_at(at(workday(datetime.date(self.year - 1, 4, 2)), 10)):
            Category.ship_to(self.bea, self.cast.partnership)
            self.categories = list(Category.objects.filter(partnership=self.cast.partnership))
            self.funds = [self._fund(*row) for row in texts.FUNDS]
            name, description = texts.LUMPSUM
            self.funds.append(
                Fund.begin(
                    self.bea, self.cast.partnership, name=name, description=description, source=Fund.Source.BOARD
                )
            )

    def _fund(
        self, name: str, description: str, year_kind: str, only: tuple[int, ...], carry_over: bool, statement: bool
    ) -> Fund:
        return Fund.begin(
            self.bea,
            self.cast.partnership,
            name=name,
            description=description,
            year_kind=year_kind,
            earmarked=bool(only),
            carry_over=carry_over,
            needs_statement=statement,
            categories=[self.categories[place] for place in only],
        )

    def allocate(self, year: int) -> None:
        """In May: count the pupils, propose, adjust, publish. In November one count turns out wrong."""
        with clock_at(at(workday(datetime.date(year, 5, 14)), 10)):
            self._count(year)
            for place in (LICHT, ZWAAR):
                self._publish(place, year, datetime.date(year - 1, 10, 1))
        if year < self.year:
            with clock_at(at(workday(datetime.date(year + 1, 1, 12)), 10)):
                self._count(year + 1)
                self._publish(TRAINING, year + 1, datetime.date(year, 10, 1))
            school, euros, reason = texts.CORRECTED
            with clock_at(at(workday(datetime.date(year, 11, 9)), 11)):
                of_year = FundYear.objects.for_page().get(fund=self.funds[LICHT], year=year)
                Allocation.correct(self.petra, of_year, self.cast.schools[school], euros * 100, reason)

    def _count(self, year: int) -> None:
        for school, numbers in zip(self.cast.schools, texts.PUPILS, strict=True):
            this = numbers[1 if year == self.year else 0]
            PupilCount.record(self.petra, school, datetime.date(year - 1, 10, 1), this)

    def _begin_year(self, place: int, year: int, counted_on: datetime.date) -> FundYear:
        rate, fixed, available = texts.RULES[place]
        made = FundYear.begin(
            self.petra,
            self.funds[place],
            year,
            available_cents=available[0 if year < self.year + (place == TRAINING) else 1] * 100,
            rate_cents=rate * 100,
            fixed_cents=fixed * 100,
            counted_on=counted_on,
            account_due=datetime.date(year + 1, 10, 15) if place != TRAINING else datetime.date(year + 1, 3, 15),
        )
        Allocation.propose(self.petra, made)
        return made

    def _publish(self, place: int, year: int, counted_on: datetime.date) -> None:
        made = self._begin_year(place, year, counted_on)
        if place == ZWAAR:
            index, euros, reason = texts.ADJUSTED
            row = Allocation.objects.for_list().get(fund_year=made, school=self.cast.schools[index])
            row.adjust(self.petra, row.proposed_cents + euros * 100, reason)
        Allocation.publish(self.petra, made, over=True)

    def propose_next_year(self) -> None:
        """The training money of the next calendar year waits: the proposal is a little more than there is."""
        day = workday_before(self.today - datetime.timedelta(days=4))
        counted_on = datetime.date(self.year if day >= datetime.date(self.year, 10, 1) else self.year - 1, 10, 1)
        with clock_at(at(day, 10)):
            for school, (_, pupils) in zip(self.cast.schools, texts.PUPILS, strict=True):
                if counted_on.year == self.year:
                    PupilCount.record(self.petra, school, counted_on, pupils + 8)
            self._begin_year(TRAINING, self.year + 1, counted_on)

    # Budgets and spending --------------------------------------------------------------------------------------------

    def budgets_of(self, year: int) -> None:
        for index in range(len(self.cast.schools)):
            state = "adopted" if year < self.year else BUDGETS[index]
            if state:
                self._budget(index, year, state)

    def _day(self, year: int, days_ago: int) -> datetime.date:
        """A day before that school year's summer; of the running year one that is past."""
        if year < self.year:
            return workday_before(datetime.date(year, 7, 2) - datetime.timedelta(days=days_ago))
        return workday_before(self.today - datetime.timedelta(days=days_ago))

    def _budget(self, index: int, year: int, state: str) -> None:
        school, director = self.cast.schools[index], self.cast.director_of(index)
        with clock_at(at(self._day(year, 24), 14)):
            budget = Budget.begin(director, school, year)
            if year == self.year:
                budget.copy_from_last_year(director)
                self._tie_to_points(budget)
            else:
                self._write_lines(budget, index)
            if state != "draft":
                self._explain(budget, index)
                budget.submit(director)
        if state == "adopted":
            with clock_at(at(self._day(year, 12), 15)):
                budget.adopt(self.cast.officer_of(index))
            self._spend(Budget.objects.for_page().get(pk=budget.pk), index)

    def _write_lines(self, budget: Budget, index: int) -> None:
        means = Budget.objects.means_of(budget.school_id, budget.school_year)
        heads = {head.number: head for head in budget.spearheads()}
        for fund, category, number, description, share, fte in texts.LINES:
            there = means[self.funds[fund].pk if fund >= 0 else self.funds[LICHT].pk].total_cents
            amount = there * share // 100_000 * 1000  # whole tens of euros
            budget.add_line(
                self.cast.director_of(index),
                fund=self.funds[fund],
                category=self.categories[category],
                spearhead=heads.get(number),
                description=description,
                fte_hundredths=fte,
                amount_cents=amount * (115 if (index, category) == (GROWN, 1) else 100) // 100,
            )

    def pay_for_agreements(self, year: int) -> None:
        """In May, after the conversations: what two schools agreed there gets money. The budget is opened once more."""
        for index in AGREED:
            school, director, officer = (
                self.cast.schools[index],
                self.cast.director_of(index),
                self.cast.officer_of(index),
            )
            budget = Budget.objects.for_page().get(school=school, school_year=year)
            point = ActionPoint.objects.for_page().filter(
                plan__school=school, plan__school_year=year, agreement__isnull=False
            )[0]
            with clock_at(at(workday(datetime.date(year + 1, 5, 12)), 10)):
                budget.give_back(officer, texts.PUT_IN)
                line = budget.add_line(
                    director,
                    fund=self.funds[LICHT],
                    category=self.categories[2],
                    action_point=point,
                    description=texts.AGREED_LINE,
                    fte_hundredths=5,
                    amount_cents=1_600_00,
                    explanation=texts.AGREED_WHY,
                )
                self._explain(budget, index)
                budget.submit(director)
                budget.adopt(officer)
            with clock_at(at(workday(datetime.date(year + 1, 7, 8)), 10)):
                Expenditure.book(director, Entry(line, 1_520_00, texts.AGREED_PAID, datetime.date(year + 1, 7, 7)))

    def _tie_to_points(self, budget: Budget) -> None:
        """This year each line pays for a point of the action plan under its spearhead, where there is one; the money of
        what was agreed in a conversation comes first."""
        points = ActionPoint.objects.for_page().filter(
            plan__school=budget.school_id, plan__school_year=budget.school_year, spearhead__isnull=False
        )
        by_head: dict[int, ActionPoint] = {}
        for point in sorted(points, key=lambda point: point.agreed is None):
            by_head.setdefault(point.spearhead_id or 0, point)
        director = self.cast.director_of(self.cast.schools.index(budget.school))
        for line in BudgetLine.objects.for_page().filter(budget=budget):
            if found := by_head.get(line.spearhead_id or 0):
                line.change(director, {"action_point": found}, bases_of({"action_point": None}))

    def _explain(self, budget: Budget, index: int) -> None:
        """Lines that pass the allocation say why."""
        for line in over_allocation(budget, list(BudgetLine.objects.for_page().filter(budget=budget))):
            if not line.explanation:
                line.change(self.cast.director_of(index), {"explanation": texts.OVER}, bases_of({"explanation": ""}))

    def _spend(self, budget: Budget, index: int) -> None:
        """Four payments a year from the school's accounts, each read in a few days later, as far as that lies in the
        past."""
        first = datetime.date(budget.school_year, 10, 28)
        days = [first, *(first + datetime.timedelta(days=91 * number) for number in (1, 2))]
        days.append(datetime.date(budget.school_year + 1, 7, 14))
        lines = list(BudgetLine.objects.for_page().filter(budget=budget))
        parts = [split(self._spent(line, index), 1, 1, 1, 1) for line in lines]
        for number, (day, text) in enumerate(zip(days, texts.PAYMENTS, strict=True)):
            entries = [
                Entry(line, part[number], f"{text}: {line.description}"[:200], day, f"{budget.school_year}-{place:03}")
                for place, (line, part) in enumerate(zip(lines, parts, strict=True), start=1)
                if part[number]
            ]
            if day > self.today or not entries:
                continue
            name = f"kosten-{budget.year_label}-{number + 1}.csv"
            with clock_at(at(min(workday(day + datetime.timedelta(days=3)), self.today), 16)):
                digest = hashlib.sha256(f"{budget.school.code} {name}".encode()).hexdigest()
                SpendingImport.book(self.cast.director_of(index), budget, entries, name=name, sha256=digest)

    @staticmethod
    def _spent(line: BudgetLine, index: int) -> int:
        place = (line.position - 1) % len(texts.SPENT)
        return line.amount_cents * texts.SPENT_DIFFERENTLY.get((index, place), texts.SPENT[place]) // 100

    # Accounts --------------------------------------------------------------------------------------------------------

    def account_for(self, year: int) -> None:
        """After the summer: of both funds by the school year. One school has yet to begin, one got its account back."""
        for index, state in enumerate(ACCOUNTS):
            for place in (LICHT, ZWAAR) if state else ():
                self._account(index, FundYear.objects.for_page().get(fund=self.funds[place], year=year), state)

    def _autumn(self, days: int) -> datetime.date:
        """A day after the summer, and not in the future."""
        return max(datetime.date(self.year, 8, 1), min(self.today, workday(datetime.date(self.year, 9, 14 + days))))

    def _account(self, index: int, of_year: FundYear, state: str) -> None:
        director, officer = self.cast.director_of(index), self.cast.officer_of(index)
        with clock_at(at(self._autumn(index), 10)):
            made = FundAccount.begin(director, self.cast.schools[index], of_year)
            account = FundAccount.objects.for_page().get(pk=made.pk)
            standing = account.standing()
            account.save_content(director, self._said(account, index, standing, state), bases_of(standing))
            if of_year.fund.needs_statement and state != "draft":
                account.attach_statement(director, statement(account), "application/pdf")
            if state != "draft":
                account.submit(director, uuid.uuid4())
        with clock_at(at(self._autumn(index + 4), 11)):
            asked = None
            if of_year.fund == self.funds[LICHT] and (state == "submitted" or index == 0):
                asked = AccountQuestion.ask(officer, account, texts.ASKED)
        with clock_at(at(self._autumn(index + 5), 15)):
            if state == "approved":
                if asked is not None:
                    asked.give_answer(director, texts.ANSWERED)
                account.approve(officer)
            elif state == "returned" and of_year.fund == self.funds[LICHT]:
                account.give_back(officer, texts.GIVEN_BACK)

    def _said(self, account: FundAccount, index: int, standing: dict[str, str], state: str) -> dict[str, str]:
        """Every text; of a draft only half of them."""
        lines = {line.category.key: place for place, line in self._lines_of(account)}
        found = {}
        for number, name in enumerate(standing):
            what, _, key = name.partition("-")
            if what == "deviation":
                found[name] = texts.DEVIATION.get((index, lines[key]), "De planning schoof een paar maanden op.")
            else:
                choices = {"general": (texts.GENERAL,), "done": texts.DONE, "brought": texts.BROUGHT}[what]
                found[name] = choices[(index + number // 2) % len(choices)]
            if state == "draft" and number > 2:
                found[name] = ""
        return found

    def _lines_of(self, account: FundAccount) -> list[tuple[int, BudgetLine]]:
        lines = BudgetLine.objects.for_page().filter(
            fund=account.fund_year.fund,
            budget__school=account.school_id,
            budget__school_year=account.fund_year.year,
        )
        return [(line.position - 1, line) for line in lines]

    # Accountability texts --------------------------------------------------------------------------------------------

    def narratives(self) -> None:
        """Of Dirk's board: the finished year is published, and the questions about the next one are out."""
        board = self.cast.schools[0].board
        for year, answered in ((self.year - 1, BOARD), (self.year, 2)):
            asked_on = min(workday(datetime.date(year, 9, 7)), self.today)
            with clock_at(at(asked_on, 9)):
                asked = QuestionSet.begin(self.dirk, board, year)
                asked.save_content(self.dirk, {"due": datetime.date(year + 1, 2, 15)}, bases_of({"due": None}))
                asked.publish(self.dirk)
            with clock_at(at(min(workday(asked_on + datetime.timedelta(days=30)), self.today), 13)):
                for index in range(answered):
                    self._answer(
                        self.cast.director_of(index),
                        self.cast.schools[index],
                        asked,
                        is_finished=year < self.year or index == 1,
                    )
                if year < self.year:
                    self._answer(self.cast.people["karim"], self.cast.neighbour, asked, is_finished=True)
        with clock_at(at(min(workday(datetime.date(self.year, 3, 2)), self.today), 13)):
            last = QuestionSet.objects.for_page().get(board=board, year=self.year - 1)
            summary = BoardNarrative.begin(self.dirk, last, self.cast.partnership)
            summary.save_content(self.dirk, {"text": texts.SUMMARY}, bases_of({"text": ""}))
            for answer in list(summary.answers())[:7]:
                summary.mark(self.dirk, answer, used=True)
            summary.publish(self.dirk)

    @staticmethod
    def _answer(director: User, school: School, asked: QuestionSet, *, is_finished: bool) -> None:
        made = SchoolNarrative.begin(director, school, asked)
        narrative = SchoolNarrative.objects.for_page().get(pk=made.pk)
        standing = narrative.standing()
        said = dict(zip(standing, texts.ANSWERS, strict=True)) if is_finished else {"vraag-1": texts.ANSWERS[0]}
        narrative.save_content(director, said, bases_of(standing))
        if is_finished:
            narrative.submit(director)


def statement(account: FundAccount) -> SimpleUploadedFile:
    """A page that says whose it is, as a PDF."""
    line = f"Controleverklaring {account.fund_year.label}, {account.school.code}".encode("ascii", "replace")
    stream = b"BT /F1 14 Tf 60 760 Td (" + line + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    content += end % (len(objects) + 1, table, len(objects) + 1, len(content))
    return SimpleUploadedFile("controleverklaring.pdf", content, "application/pdf")
