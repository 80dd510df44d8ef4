"""Who sees which money. Every view, export and PDF of this app starts here.

The school and its board see their own in every state; the partnership once it has left the school's hands; auditors what
was adopted, approved or published. What other schools get or spend stays with them and the partnership.
"""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from finance.figures import Granted, Means, means_of
from schools.access import Access, access_of
from swvportal.lib.money import parse_euro
from swvportal.lib.querysets import related, total

if TYPE_CHECKING:
    from finance.models import (  # noqa: F401
        AccountQuestion,
        Allocation,
        AllocationCorrection,
        AuditorStatement,
        BoardNarrative,
        Budget,
        BudgetLine,
        Category,
        Expenditure,
        Fund,
        FundAccount,
        FundYear,
        NarrativeAnswer,
        QuestionSet,
        SchoolNarrative,
        SpendingDocument,
        SpendingImport,
    )
    from schools.querysets import Viewer


def _own(access: Access, path: str = "") -> Q:
    """Rows of one's own school, or of a school of one's board."""
    return Q(**{f"{path}school__in": access.schools}) | Q(**{f"{path}school__board__in": access.boards})


def _audited(access: Access, path: str = "") -> Q:
    return Q(**{f"{path}partnership__in": access.audited_partnerships}) | Q(
        **{f"{path}school__in": access.audited_schools}
    )


def _around(model: type[models.Model], access: Access) -> Q:
    """Rows of a partnership that one audits, or in which one or one's board has a school."""
    found = Q(partnership__in=access.audited_partnerships | access.partnerships_of_schools)
    if access.boards:
        partnerships = related(model, "partnership").filter(schools__board__in=access.boards)
        found |= Q(partnership__in=partnerships.values("pk"))
    return found


# Funds and allocations ------------------------------------------------------------------------------------------------


class CategoryQuerySet(models.QuerySet["Category"]):
    def visible_to(self, user: "Viewer") -> Self:
        access = access_of(user)
        return self.filter(Q(partnership__in=access.partnerships) | _around(self.model, access))

    def in_use(self) -> Self:
        return self.filter(ended=False)


class FundQuerySet(models.QuerySet["Fund"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The rules are no secret within the partnership, nor to a school that moved away for what it got and budgeted
        there."""
        access = access_of(user)
        got = related(related(self.model, "years").model, "allocations").own_of(user)
        budgeted = related(self.model, "budget_lines").filter(_own(access, "budget__"))
        return self.filter(
            Q(partnership__in=access.partnerships)
            | _around(self.model, access)
            | Q(pk__in=got.order_by().values("fund_year__fund"))
            | Q(pk__in=budgeted.order_by().values("fund"))
        )

    def in_use(self) -> Self:
        return self.filter(ended=False)

    def with_rules(self) -> Self:
        return self.select_related("partnership").prefetch_related("categories")


class FundYearQuerySet(models.QuerySet["FundYear"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's own; for all others what was published."""
        access = access_of(user)
        funds = related(self.model, "fund").visible_to(user)
        return self.filter(Q(fund__partnership__in=access.partnerships) | Q(state="published", fund__in=funds))

    def for_page(self) -> Self:
        return self.select_related("fund__partnership", "published_by")

    def locked(self, pk: int) -> "FundYear":
        return self.select_for_update(of=("self",), no_key=True).select_related("fund__partnership").get(pk=pk)

    def with_totals(self) -> Self:
        """`granted_cents`, all allocations with their corrections; `left_cents`, what is not given (below zero: what
        is given too much); `schools`, how many got something."""
        allocations = related(self.model, "allocations").filter(fund_year=models.OuterRef("pk")).order_by()
        corrections = related(related(self.model, "allocations").model, "corrections").filter(
            allocation__fund_year=models.OuterRef("pk")
        )

        def summed(rows: Any, key: str, field: str) -> Coalesce:
            sums = rows.order_by().values(key).annotate(_sum=Sum(field)).values("_sum")
            return Coalesce(models.Subquery(sums), 0, output_field=models.BigIntegerField())

        counted = allocations.values("fund_year").annotate(_n=models.Count("pk")).values("_n")
        return self.annotate(
            granted_cents=summed(allocations, "fund_year", "amount_cents")
            + summed(corrections, "allocation__fund_year", "delta_cents"),
            schools=Coalesce(models.Subquery(counted), 0),
        ).annotate(left_cents=F("available_cents") - F("granted_cents"))


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The partnership's own; for the school, its board and auditors what was published."""
        access = access_of(user)
        audited = Q(fund_year__fund__partnership__in=access.audited_partnerships) | Q(school__in=access.audited_schools)
        published = Q(fund_year__state="published")
        return self.filter(
            Q(fund_year__fund__partnership__in=access.partnerships) | published & (_own(access) | audited)
        )

    def own_of(self, user: "Viewer") -> Self:
        """What was published for one's own school, or for the schools of one's board."""
        return self.filter(_own(access_of(user)), fund_year__state="published")

    def with_totals(self) -> Self:
        """`total_cents`: the allocation with all its corrections; `corrected_cents`: those alone."""
        return self.annotate(corrected_cents=total("corrections__delta_cents")).annotate(
            total_cents=F("amount_cents") + F("corrected_cents")
        )

    def for_list(self) -> Self:
        return self.with_totals().select_related("school__board", "fund_year__fund__partnership")

    def drawn_on(self, school_year: int) -> Self:
        """What was published that a school year draws on: of funds by the school year that year's, of funds by the
        calendar year those of the two years that it touches."""
        years = Q(fund_year__fund__year_kind="school", fund_year__year=school_year) | Q(
            fund_year__fund__year_kind="calendar", fund_year__year__in=[school_year, school_year + 1]
        )
        return self.filter(years, fund_year__state="published")

    def granted(self, school_year: int) -> list[Granted]:
        """What a school year draws on, with what was carried over from the year before."""
        rows = self.drawn_on(school_year).with_totals().with_carried().order_by()
        return [
            Granted(*row)
            for row in rows.values_list(
                "school", "fund_year__fund", "fund_year__fund__year_kind", "fund_year__year", "total_cents",
                "carried_cents",
            )
        ]  # fmt: skip

    def with_carried(self) -> Self:
        """`carried_cents`: what was left of the fund a year earlier by an approved account, where it may be kept."""
        accounts = related(related(self.model, "school").model, "accounts")
        last = accounts.filter(
            school=models.OuterRef("school"),
            fund_year__fund=models.OuterRef("fund_year__fund"),
            fund_year__year=models.OuterRef("fund_year__year") - 1,
            fund_year__fund__carry_over=True,
            state="approved",
        )
        left = last.order_by().values_list(F("means_cents") - F("spent_cents"), flat=True)
        return self.annotate(carried_cents=Coalesce(models.Subquery(left), 0, output_field=models.BigIntegerField()))


class CorrectionQuerySet(models.QuerySet["AllocationCorrection"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(allocation__in=related(self.model, "allocation").visible_to(user))


# Budgets and spending -------------------------------------------------------------------------------------------------


def _budgets(access: Access, path: str = "") -> Q:
    """Budgets that one reads: one's own in every state, the partnership's once submitted, auditors' once adopted."""
    draft, adopted = Q(**{f"{path}state": "draft"}), Q(**{f"{path}state": "adopted"})
    office = Q(**{f"{path}partnership__in": access.partnerships})
    return _own(access, path) | office & ~draft | adopted & _audited(access, path)


class BudgetQuerySet(models.QuerySet["Budget"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_budgets(access_of(user)))

    def standing_for(self, user: "Viewer") -> Self:
        """How far each budget of one's partnership, board or school is, and nothing of the content."""
        access = access_of(user)
        return (
            self.filter(_own(access) | Q(partnership__in=access.partnerships))
            .only("school", "partnership", "school_year", "state", "submitted_at", "adopted_at")
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_page(self) -> Self:
        return self.select_related(
            "school__board", "school__partnership", "partnership", "support_plan", "submitted_by", "adopted_by"
        )

    def in_order_of_adoption(self, partnership: int, school_year: int) -> list[int]:
        """The schools whose budget was adopted, the first one first."""
        adopted = self.filter(partnership=partnership, school_year=school_year, state="adopted")
        return list(adopted.order_by("adopted_at", "pk").values_list("school", flat=True))

    def means_of(self, school: int, school_year: int) -> dict[int, Means]:
        """By fund (its key): what this school has of it for that school year. A fund of which nothing is published is
        not in it; the board's own money never is."""
        allocations = related(related(self.model, "school").model, "allocations")
        found = means_of(allocations.filter(school=school).granted(school_year), school_year)
        return {fund: means for (_, fund), means in found.items()}


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_budgets(access_of(user), "budget__"))

    def of_others(self, user: "Viewer", partnership: int, school_year: int) -> Self:
        """The adopted budgets of the schools at which this person does not work. Nobody may read these lines: they are
        only for the middle and the spread of `finance.comparing`, which never show one school."""
        return self.filter(
            budget__partnership=partnership, budget__school_year=school_year, budget__state="adopted"
        ).exclude(budget__school__in=access_of(user).schools)

    def allocated(self) -> Self:
        """Paid by the partnership, not by the board itself."""
        return self.filter(fund__source="partnership")

    def for_list(self) -> Self:
        return self.select_related("fund", "category", "spearhead", "action_point__spearhead", "action_point__plan")

    def for_page(self) -> Self:
        return self.for_list().select_related(
            "budget__school__board", "budget__partnership", "budget__school__partnership"
        )

    def with_spent(self) -> Self:
        """`spent_cents`, all bookings of each line; `last_on`, the newest date among them."""
        return self.annotate(spent_cents=total("entries__amount_cents"), last_on=models.Max("entries__on"))

    def with_spent_before(self, moment: datetime.datetime) -> Self:
        """`spent_cents` as it stood at that moment. Bookings never change, so that this stays the same."""
        return self.annotate(spent_cents=total("entries__amount_cents", entries__booked_at__lt=moment))


class ExpenditureQuerySet(models.QuerySet["Expenditure"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_budgets(access_of(user), "line__budget__"))

    def for_list(self) -> Self:
        return self.select_related(
            "line__budget__school", "line__budget__partnership", "line__fund", "booked_by", "source", "reverses",
            "reversed_by",
        ).prefetch_related("documents")  # fmt: skip

    def newest_first(self) -> Self:
        """By their own date; those without one on top."""
        return self.order_by(F("on").desc(nulls_first=True), "-pk")

    def matching(self, words: str) -> Self:
        """What says this, is this voucher, stands on this line, or is so much."""
        if not words:
            return self
        found = Q(description__icontains=words) | Q(reference__icontains=words) | Q(line__description__icontains=words)
        try:
            cents = parse_euro(words)
        except ValueError:
            return self.filter(found)
        return self.filter(found | Q(amount_cents__in=[cents, -cents]))


class SpendingDocumentQuerySet(models.QuerySet["SpendingDocument"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_budgets(access_of(user), "entry__line__budget__"))

    def for_page(self) -> Self:
        return self.select_related(
            "entry__line__budget__school", "entry__line__budget__partnership", "entry__line__fund"
        )


class SpendingImportQuerySet(models.QuerySet["SpendingImport"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_budgets(access_of(user), "budget__"))

    def for_page(self) -> Self:
        return self.select_related("budget__school__board", "budget__partnership", "made_by", "reversed_by")


# Accounts -------------------------------------------------------------------------------------------------------------


def _at_home(access: Access, path: str = "") -> Q:
    draft, office = Q(**{f"{path}state": "draft"}), Q(**{f"{path}partnership__in": access.partnerships})
    return _own(access, path) | office & ~draft


def _approved(access: Access, path: str = "") -> Q:
    return Q(**{f"{path}state": "approved"}) & _audited(access, path)


class FundAccountQuerySet(models.QuerySet["FundAccount"]):
    def visible_to(self, user: "Viewer") -> Self:
        access = access_of(user)
        return self.filter(_at_home(access) | _approved(access))

    def standing_for(self, user: "Viewer") -> Self:
        """How far each account is, and nothing of the content."""
        access = access_of(user)
        return self.filter(_own(access) | Q(partnership__in=access.partnerships)).for_overview()

    def for_overview(self) -> Self:
        return self.only("school", "partnership", "fund_year", "state", "submitted_at", "approved_at").fetch_mode(
            models.FETCH_RAISE
        )

    def for_page(self) -> Self:
        return self.select_related(
            "school__board", "school__partnership", "partnership", "fund_year__fund__partnership", "submitted_by",
            "approved_by",
        )  # fmt: skip


class StatementQuerySet(models.QuerySet["AuditorStatement"]):
    def visible_to(self, user: "Viewer") -> Self:
        """Auditors the one that was approved; a file that was replaced stays with the school and its partnership."""
        access = access_of(user)
        return self.filter(_at_home(access, "account__") | _approved(access, "account__") & Q(replaced=False))


class AccountQuestionQuerySet(models.QuerySet["AccountQuestion"]):
    def visible_to(self, user: "Viewer") -> Self:
        """With their account."""
        access = access_of(user)
        return self.filter(_at_home(access, "account__") | _approved(access, "account__"))

    def for_page(self) -> Self:
        return self.select_related("account__school", "account__fund_year__fund", "asked_by", "answered_by")

    def open(self) -> Self:
        """Waiting for the school, which can still answer."""
        return self.filter(account__state="submitted", answered_at=None)


# Accountability texts -------------------------------------------------------------------------------------------------


class QuestionSetQuerySet(models.QuerySet["QuestionSet"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The board's own; once published for its schools, and for the partnerships in which those lie."""
        access = access_of(user)
        schools = related(related(self.model, "board").model, "schools")
        mine = schools.filter(
            Q(pk__in=access.schools | access.audited_schools)
            | Q(partnership__in=access.partnerships | access.audited_partnerships)
        )
        return self.filter(Q(board__in=access.boards) | Q(state="published", board__in=mine.values("board")))

    def for_page(self) -> Self:
        return self.select_related("board").prefetch_related("questions")


def _narratives(access: Access, path: str = "") -> Q:
    submitted = Q(**{f"{path}state": "submitted"})
    readers = (
        Q(**{f"{path}question_set__board__in": access.boards})
        | Q(**{f"{path}partnership__in": access.partnerships})
        | _audited(access, path)
    )
    return Q(**{f"{path}school__in": access.schools}) | submitted & readers


class SchoolNarrativeQuerySet(models.QuerySet["SchoolNarrative"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The school its own; its board, its partnership and auditors once it is submitted."""
        return self.filter(_narratives(access_of(user)))

    def standing_for(self, user: "Viewer") -> Self:
        """How far each school of one's board is, and nothing of the content."""
        access = access_of(user)
        return (
            self.filter(Q(school__in=access.schools) | Q(question_set__board__in=access.boards))
            .only("school", "partnership", "question_set", "state", "submitted_at")
            .fetch_mode(models.FETCH_RAISE)
        )

    def for_page(self) -> Self:
        return self.select_related(
            "school__board", "school__partnership", "partnership", "question_set__board", "submitted_by"
        ).prefetch_related("answers", "question_set__questions")


class NarrativeAnswerQuerySet(models.QuerySet["NarrativeAnswer"]):
    def visible_to(self, user: "Viewer") -> Self:
        return self.filter(_narratives(access_of(user), "narrative__"))

    def for_list(self) -> Self:
        return self.select_related("question", "narrative__school", "narrative__partnership")


class BoardNarrativeQuerySet(models.QuerySet["BoardNarrative"]):
    def visible_to(self, user: "Viewer") -> Self:
        """The board its own; once published the partnership, its auditors, and the schools of the board there."""
        access = access_of(user)
        schools = related(related(self.model, "partnership").model, "schools")
        mine = schools.filter(
            pk__in=access.schools | access.audited_schools,
            partnership=models.OuterRef("partnership"),
            board=models.OuterRef("question_set__board"),
        )
        readers = Q(partnership__in=access.partnerships | access.audited_partnerships) | models.Exists(mine)
        return self.filter(Q(question_set__board__in=access.boards) | Q(readers, state="published"))

    def for_page(self) -> Self:
        return self.select_related("question_set__board", "partnership", "published_by")

    def standing_for(self, user: "Viewer") -> Self:
        """How far each summary of one's board is, and nothing of the content."""
        here = self.filter(question_set__board__in=access_of(user).boards)
        return here.only("question_set", "partnership", "state", "published_at").fetch_mode(models.FETCH_RAISE)
