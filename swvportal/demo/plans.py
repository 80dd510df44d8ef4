"""The demo's profiles, plans and signals, made through the models' own verbs."""

import datetime

from actionplans.basic_support import begin_with_shipped
from actionplans.models import (
    ActionGroup,
    ActionPlan,
    ActionPoint,
    CatalogueItem,
    ItemState,
    Signal,
    Spearhead,
    SupportDecision,
    SupportPlan,
    SupportProfile,
)
from swvportal.demo import plan_texts as texts
from swvportal.demo.cast import Cast
from swvportal.demo.clock import at, clock_at, workday, workday_before
from swvportal.lib.merging import bases_of

# How far each school's profile and plan of the running year are.
PROFILES = ("published", "published", "draft", "published", "published", "published", "adopted", "with_mr")
PLANS = ("adopted", "draft", "submitted", "discussed", "adopted", "adopted", "returned", "")
SHARED = (0, 4, 5)
NOT_EVALUATED = 2  # this school's plan of last year still waits for its evaluation
POINTS = 4
AGREED_UNDER = 2  # the spearhead of what was agreed in a conversation
TALKED_AWAY = 5  # this school and the partnership saw the same a year after they agreed to look together
# Places on the list of basic support: what nobody has yet, and what only one school has.
NOBODY, ONE_SCHOOL = 10, 3


class PlanBuilder:
    """Steps in the order in which they happened; `build.py` calls them between the rounds."""

    def __init__(self, cast: Cast, today: datetime.date, year: int) -> None:
        self.cast, self.today, self.year = cast, today, year
        self.petra, self.bea = cast.people["petra"], cast.people["bea"]

    def agree_on_the_basics(self) -> None:
        """The catalogue and the support plan, two years ago."""
        partnership = self.cast.partnership
        with clock_at(at(workday(datetime.date(self.year - 2, 9, 8)), 10)):
            catalogue = begin_with_shipped(self.bea, partnership)
            catalogue.publish(self.bea)
            self.catalogue = catalogue
            partnership.open_profiles(self.bea, public=True)
            plan = SupportPlan.begin(
                self.petra,
                partnership,
                title=texts.SUPPORT_PLAN,
                first_year=self.year - 2,
                last_year=self.year + 1,
            )
            plan.save_content(self.petra, {"introduction": texts.INTRODUCTION}, {})
            for title, description in texts.SPEARHEADS:
                plan.add_spearhead(self.petra, title=title, description=description)
            self.spearheads: dict[int, Spearhead] = {s.number: s for s in plan.spearheads.all()}
            for number, text, bound, value, unit, years in texts.TARGETS:
                plan.add_target(
                    self.petra,
                    text=text,
                    spearhead=self.spearheads.get(number),
                    bound=bound,
                    value=value,
                    unit=unit,
                    reached_by=datetime.date(self.year - 2 + years, 8, 1),
                )
            plan.adopt(self.petra, datetime.date(self.year - 2, 9, 4))

    # Profiles --------------------------------------------------------------------------------------------------------

    def profiles_of(self, year: int) -> None:
        for index in range(len(self.cast.schools)):
            state = "published" if year < self.year else PROFILES[index]
            self._profile(index, year, state, self._day(year, 45 - index))

    def _day(self, year: int, days_ago: int) -> datetime.date:
        """A day in the autumn of that year; of the running year one that is past."""
        if year < self.year:
            return workday_before(datetime.date(year, 10, 30) - datetime.timedelta(days=days_ago))
        return workday_before(self.today - datetime.timedelta(days=days_ago))

    def _profile(self, index: int, year: int, state: str, day: datetime.date) -> None:
        school, director = self.cast.schools[index], self.cast.director_of(index)
        with clock_at(at(day, 10)):
            profile = SupportProfile.begin(director, school, year)
            now = profile.standing()
            values = self._content(index, year, profile)
            profile.save_content(director, values, bases_of({name: now[name] for name in values}))
            if not profile.provisions.exists():
                self._provisions(index, profile)
        meeting = min(day + datetime.timedelta(days=14), self.today)
        if state == "with_mr":
            meeting = self.today + datetime.timedelta(days=6)
        if state != "draft":
            with clock_at(at(day, 16)):
                profile.send_to_mr(director, meeting)
        if state in {"adopted", "published"}:
            with clock_at(at(meeting, 17)):
                profile.adopt(director)
                if state == "published":
                    profile.publish(director)

    def _content(self, index: int, year: int, profile: SupportProfile) -> dict[str, str]:
        """Texts, and for every item a state that grows from year to year."""
        found = {
            "description": texts.DESCRIPTIONS[index],
            "extra_support": texts.EXTRA[index % len(texts.EXTRA)],
            "expertise": texts.EXPERTISE[index % len(texts.EXPERTISE)],
            "limits": texts.LIMITS[index % len(texts.LIMITS)],
            "partners": texts.PARTNERS[index % len(texts.PARTNERS)],
            "ambitions": texts.AMBITIONS[index % len(texts.AMBITIONS)],
        }
        unfinished = PROFILES[index] == "draft" and year == self.year
        for place, row in enumerate(profile.items.all()):
            state = self._state(index, place, year)
            choices = texts.EXPLANATIONS[state]
            if unfinished and place % 3 == 2:
                state = ""
            found[f"item-{row.item_id}-state"] = state
            found[f"item-{row.item_id}-explanation"] = choices[(index + place) % len(choices)] if state else ""
        return found

    def _state(self, index: int, place: int, year: int) -> str:
        """One item of basic support nobody offers yet, one only a single school; the rest differs a little."""
        if place == NOBODY:
            return ItemState.DEVELOPING if index == 4 and year == self.year else ItemState.ABSENT
        if place == ONE_SCHOOL:
            return ItemState.PRESENT if index == 4 else ItemState.ABSENT
        seed = (index * 7 + place * 5 + index * place) % 9
        if seed == 0:
            return ItemState.ABSENT
        if seed in {1, 2}:
            return ItemState.PRESENT if year == self.year else ItemState.DEVELOPING
        return ItemState.DEVELOPING if seed == 3 else ItemState.PRESENT

    def _provisions(self, index: int, profile: SupportProfile) -> None:
        groups = [item for item in self.catalogue.items.all() if item.kind == CatalogueItem.Kind.TARGET_GROUP]
        for school, name, description, places, chosen in texts.PROVISIONS:
            if school == index:
                profile.add_provision(
                    self.cast.director_of(index),
                    name=name,
                    description=description,
                    places=places,
                    target_groups=[groups[place] for place in chosen],
                )

    def decide_about_differences(self) -> None:
        items = [item for item in self.catalogue.items.all() if item.kind == CatalogueItem.Kind.BASIC]
        with clock_at(at(workday_before(self.today - datetime.timedelta(days=12)), 14)):
            for (choice, reason), item in zip(texts.DECISIONS, (items[NOBODY], items[ONE_SCHOOL]), strict=True):
                values = {"choice": choice, "reason": reason, "decided_on": self.today - datetime.timedelta(days=12)}
                SupportDecision.record(self.petra, self.cast.partnership, self.year, item.key, values, {})

    # Plans -----------------------------------------------------------------------------------------------------------

    def plans_of(self, year: int) -> None:
        for index in range(len(self.cast.schools)):
            state = "adopted" if year < self.year else PLANS[index]
            if state:
                self._plan(index, year, state)
        self._work_plan(year)

    def _plan(self, index: int, year: int, state: str) -> None:
        school, director = self.cast.schools[index], self.cast.director_of(index)
        officer = self.cast.officer_of(index)
        with clock_at(at(self._day(year, 30), 11)):
            plan = ActionPlan.begin(director, school, year)
            plan.save_content(
                director, {"introduction": texts.PLAN_INTRODUCTION}, bases_of({"introduction": plan.introduction})
            )
            for number in range(POINTS):
                self._add_point(plan, index, number)
            if state != "draft":
                plan.submit(director)
        if state == "returned":
            with clock_at(at(self._day(year, 20), 9)):
                plan.give_back(officer, texts.GIVEN_BACK)
        if state in {"discussed", "adopted"}:
            with clock_at(at(self._day(year, 15), 15)):
                plan.discuss(officer, self._day(year, 15))
        if state == "adopted":
            with clock_at(at(self._day(year, 10), 9)):
                plan.adopt(director)
            self._follow(plan, index)
            if index in SHARED:
                with clock_at(at(self._day(year, 10), 10)):
                    plan.share(director, shared=True)

    def _add_point(self, plan: ActionPlan, index: int, number: int) -> None:
        place = (index * 3 + number * 5 + plan.school_year) % len(texts.GOALS)
        spearhead, goal, measure, who = texts.GOALS[place]
        if plan.points.filter(goal=goal).exists():
            return
        plan.add_point(
            self.cast.director_of(index),
            spearhead=self.spearheads[spearhead],
            goal=goal,
            measure=measure,
            who=who,
            start=datetime.date(plan.school_year, 9, 1),
            due=workday(datetime.date(plan.school_year + 1, 1, 20) + datetime.timedelta(days=40 * number)),
        )

    def _follow(self, plan: ActionPlan, index: int) -> None:
        """How the points go by now: one is done, two are on their way, one has to begin."""
        director = self.cast.director_of(index)
        for number, point in enumerate(ActionPoint.objects.for_page().filter(plan=plan)):
            state = ("done", "running", "running", "planned")[(number + index) % 4]
            day = self._day(plan.school_year, 4)
            with clock_at(at(day, 16)):
                point.set_state(director, state)
                if state != "planned":
                    point.add_note(director, texts.NOTES[(number + index) % len(texts.NOTES)])

    def _work_plan(self, year: int) -> None:
        with clock_at(at(self._day(year, 30), 15)):
            plan = ActionPlan.begin(self.petra, self.cast.partnership, year)
            for number, goal, measure, who in texts.WORK_PLAN:
                plan.add_point(
                    self.petra,
                    spearhead=self.spearheads[number],
                    goal=goal,
                    measure=measure,
                    who=who,
                    start=datetime.date(year, 9, 1),
                    due=workday(datetime.date(year + 1, 3, 1)),
                )
            plan.submit(self.petra)
            plan.discuss(self.petra, self._day(year, 30))
            plan.adopt(self.petra)

    def close_the_year(self, year: int) -> None:
        """In July: every point is evaluated, and each school writes what the year brought. One has not done so yet."""
        plans = ActionPlan.objects.for_page().filter(partnership=self.cast.partnership, school_year=year)
        indexes = {school.pk: index for index, school in enumerate(self.cast.schools)}
        with clock_at(at(workday(datetime.date(year + 1, 7, 1)), 14)):
            for plan in plans.exclude(school=self.cast.schools[NOT_EVALUATED]):
                by = self.cast.director_of(indexes[plan.school_id]) if plan.school_id else self.petra
                for number, point in enumerate(ActionPoint.objects.for_page().filter(plan=plan)):
                    result, learned = texts.LESSONS[(number + plan.pk) % len(texts.LESSONS)]
                    if point.agreed:
                        point.classify(by, self.spearheads[AGREED_UNDER])
                    if point.agreed and plan.school == self.cast.schools[TALKED_AWAY]:
                        point.add_note(by, texts.LOOKED_TOGETHER)
                        result, learned = texts.LESSON_OF_LOOKING
                    point.evaluate(by, result=result, learned=learned)
                plan.evaluate(by, texts.YEAR_EVALUATION)

    def carry_on(self) -> None:
        """What was half done last year goes on in this year's plan; and one school takes over an action of another."""
        with clock_at(at(self._day(self.year, 31), 9)):
            half = ActionPoint.objects.for_page().filter(
                plan__school__in=self.cast.schools[:2], plan__school_year=self.year - 1, result="partly"
            )
            for point in half:
                assert point.plan.school_id is not None
                index = 0 if point.plan.school_id == self.cast.schools[0].pk else 1
                carried = point.carry_over(self.cast.director_of(index))
                values = {
                    "who": point.who,
                    "due": workday(datetime.date(self.year + 1, 4, 1)),
                    "spearhead": point.spearhead or self.spearheads[3],
                }
                bases = bases_of({"who": "", "due": None, "spearhead": carried.spearhead_id})
                carried.change(self.cast.director_of(index), values, bases)

    def learn_from_each_other(self) -> None:
        carla = self.cast.director_of(1)
        with clock_at(at(workday_before(self.today - datetime.timedelta(days=5)), 13)):
            point = ActionPoint.objects.for_page().filter(
                plan__school=self.cast.schools[4], plan__school_year=self.year
            )[0]
            point.take_over(carla, self.cast.schools[1], self.year)
            points = ActionPoint.objects.for_page().filter(
                plan__partnership=self.cast.partnership, plan__school__isnull=False, plan__school_year=self.year
            )
            for number, title in texts.GROUPS:
                alike = [p for p in points.exclude(plan__state="draft") if p.spearhead and p.spearhead.number == number]
                if len(alike) > 1:
                    ActionGroup.gather(self.petra, self.cast.partnership, self.year, title=title, points=alike)

    # Signals ---------------------------------------------------------------------------------------------------------

    def signals(self) -> None:
        for theme, text, strength, index, voices, seen_before in texts.SIGNALS:
            earlier = self._signal(theme, text, max(1, strength - 1), index, self.year - 1) if seen_before else None
            if earlier is not None and voices:
                school = voices[0][0]
                with clock_at(at(workday(datetime.date(self.year, 3, 19)), 12)):
                    earlier.second(self.cast.director_of(school), self.cast.schools[school], remark="", strength=1)
            signal = self._signal(theme, text, strength, index, self.year, continues=earlier)
            with clock_at(at(workday_before(self.today - datetime.timedelta(days=3)), 12)):
                for place, (school, remark) in enumerate(voices):
                    signal.second(
                        self.cast.director_of(school),
                        self.cast.schools[school],
                        remark=remark,
                        strength=1 + (place + strength) % 3,
                    )

    def _signal(
        self, theme: str, text: str, strength: int, index: int | None, year: int, continues: Signal | None = None
    ) -> Signal:
        day = self._day(year, 9) if year == self.year else datetime.date(year + 1, 3, 12)
        with clock_at(at(workday(day) if year < self.year else day, 11)):
            return Signal.note(
                self.petra if index is None else self.cast.director_of(index),
                self.cast.partnership,
                None if index is None else self.cast.schools[index],
                school_year=year,
                theme=theme,
                text=text,
                strength=strength,
                continues=continues,
            )
