"""Profiles, plans and signals in the small world of tests/factories.py, made through the models' own verbs."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from actionplans.models import (
    ActionGroup,
    ActionPlan,
    ActionPoint,
    CatalogueItem,
    ItemState,
    Signal,
    SignalTheme,
    Spearhead,
    Strength,
    SupportCatalogue,
    SupportPlan,
    SupportProfile,
)
from swvportal.lib.merging import bases_of

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import School
    from tests.factories import World

YEAR = 2026
BASIC = (("Mentoraat", "vroegsignalering"), ("Faalangsttraining", ""), ("Dyslexiebeleid", "planmatig-handelen"))
GROUPS = ("Leerlingen met autisme", "Leerlingen met een taalachterstand", "Langdurig zieke leerlingen")


def save(row: Any, by: "User", **values: Any) -> None:
    """Save these fields, from what stands there now."""
    row.save_content(by, values, bases_of({name: row.standing()[name] for name in values}))


def catalogue(world: "World") -> SupportCatalogue:
    """Published: three items of basic support and three target groups."""
    existing = SupportCatalogue.objects.newest_of(world.partnership.pk)
    if existing is not None:
        return existing
    draft = SupportCatalogue.begin(world.bea, world.partnership)
    for name, indicator in BASIC:
        draft.add_item(
            world.bea,
            kind=CatalogueItem.Kind.BASIC,
            heading="In de les",
            name=name,
            description="",
            indicator_key=indicator,
        )
    for name in GROUPS:
        draft.add_item(world.bea, kind=CatalogueItem.Kind.TARGET_GROUP, heading="", name=name, description="")
    draft.publish(world.bea)
    return draft


def support_plan(world: "World") -> SupportPlan:
    """Adopted, for 2025-2026 up to and including 2028-2029, with two spearheads and a target."""
    existing = SupportPlan.objects.for_year(world.partnership.pk, YEAR)
    if existing is not None:
        return existing
    plan = SupportPlan.begin(world.petra, world.partnership, title="Samen passend", first_year=2025, last_year=2028)
    plan.add_spearhead(world.petra, title="Trajectvoorziening ontwikkelen")
    second = plan.add_spearhead(world.petra, title="Verzuim terugdringen")
    plan.add_target(world.petra, text="Weinig thuiszitters", spearhead=second)
    plan.adopt(world.petra, timezone.localdate())
    return plan


def profile(
    world: "World",
    by: "User",
    school: "School",
    *,
    state: str = "draft",
    year: int = YEAR,
    items: str = ItemState.PRESENT,
    description: str = "Een school met aandacht.",
) -> SupportProfile:
    """A profile with everything filled in, brought to this state by the director `by`."""
    catalogue(world)
    made = SupportProfile.begin(by, school, year)
    values = {"description": description}
    values |= {name: items for name in made.standing() if name.endswith("-state")}
    save(made, by, **values)
    bring_profile(made, by, state)
    return SupportProfile.objects.for_page().with_content().get(pk=made.pk)


def bring_profile(made: SupportProfile, by: "User", state: str) -> None:
    """From the state in which it is to this one."""
    moves = {
        "with_mr": lambda: made.send_to_mr(by, min(timezone.localdate(), made.mr_days[1])),
        "adopted": lambda: made.adopt(by),
        "published": lambda: made.publish(by),
    }
    for move in between(made.state, state, moves):
        move()


def between(now: str, then: str, moves: dict[str, Callable[[], None]]) -> list[Callable[[], None]]:
    """The moves that lead from one state to the other; `draft` comes before the first of them."""
    states = ["draft", *moves]
    return [moves[name] for name in states[states.index(now) + 1 : states.index(then) + 1]]


def add_provision(profile: SupportProfile, by: "User", name: str, *groups: str, places: int | None = None) -> None:
    """A provision for the target groups of these names; the profile must be a draft."""
    chosen = [item for item in profile.catalogue.items.all() if item.name in groups]
    profile.add_provision(by, name=name, places=places, target_groups=chosen)


def spearheads(world: "World") -> list[Spearhead]:
    return list(support_plan(world).spearheads.all())


def plan(
    world: "World",
    by: "User",
    school: "School",
    *,
    state: str = "draft",
    year: int = YEAR,
    goals: tuple[str, ...] = ("Alle mentoren zijn geschoold.",),
    shared: bool = False,
) -> ActionPlan:
    """A plan with these points under the first spearhead, brought to this state by Petra and the director `by`."""
    first = spearheads(world)[0]
    made = ActionPlan.begin(by, school, year)
    for goal in goals:
        made.add_point(
            by,
            spearhead=first,
            goal=goal,
            measure="Lijst van de scholing",
            who="Bob",
            due=datetime.date(year + 1, 6, 1),
        )
    bring_plan(world, made, by, state)
    if shared:
        made.share(by, shared=True)
    return ActionPlan.objects.for_page().get(pk=made.pk)


def bring_plan(world: "World", made: ActionPlan, by: "User", state: str) -> None:
    """From the state in which it is to this one, by Petra and the director `by`."""
    moves = {
        "submitted": lambda: made.submit(by),
        "discussed": lambda: made.discuss(world.petra, timezone.localdate()),
        "adopted": lambda: made.adopt(by),
        "evaluated": lambda: evaluate(made, by),
    }
    for move in between(made.state, state, moves):
        move()


def evaluate(made: ActionPlan, by: "User") -> None:
    for point in points(made):
        point.evaluate(by, result=ActionPoint.Result.REACHED, learned="Klein beginnen werkt.")
    made.evaluate(by, "Een goed jaar.")


def points(of: ActionPlan) -> list[ActionPoint]:
    return list(ActionPoint.objects.for_page().filter(plan=of.pk))


def signal(
    world: "World",
    by: "User",
    school: "School | None",
    text: str = "Meer leerlingen zijn moe.",
    year: int = YEAR,
) -> Signal:
    return Signal.note(
        by,
        world.partnership,
        school,
        school_year=year,
        theme=SignalTheme.WELLBEING,
        text=text,
        strength=Strength.CLEAR,
    )


# For the access table --------------------------------------------------------------------------------------------------


def set_up(world: "World", state: str) -> None:
    """Profiles and plans beside the forms of the access table, in the same state: Alice's own goes along, Carla's is
    published and shared throughout. Called once more it goes on from where it stands.
    """
    if "plans" not in world.__dict__:
        world.plans = _scene(world)
    profile_state, plan_state = {
        "draft": ("draft", "draft"),
        "half": ("with_mr", "submitted"),
        "after": ("published", "adopted"),
    }[state]
    scene = world.plans
    bring_profile(scene.alices_profile, world.alice, profile_state)
    bring_plan(world, scene.alices_plan, world.alice, plan_state)
    if state == "after":
        scene.alices_plan.share(world.alice, shared=True)


def _scene(world: "World") -> "Scene":
    """With a draft of the next catalogue and of the next support plan, one signal of Alice's school, and Carla's two
    points in one group."""
    catalogue(world)
    support_plan(world)
    carlas_profile = profile(world, world.carla, world.other_school)
    add_provision(carlas_profile, world.carla, "Huiskamer", GROUPS[0], places=12)
    bring_profile(carlas_profile, world.carla, "published")
    alices_profile = profile(world, world.alice, world.school)
    add_provision(alices_profile, world.alice, "Time-outplek", GROUPS[0], GROUPS[1], places=4)
    carlas_plan = plan(
        world, world.carla, world.other_school, state="adopted", shared=True, goals=("Minder verzuim.", "Meer rust.")
    )
    work_plan = ActionPlan.begin(world.petra, world.partnership, YEAR)
    work_plan.add_point(world.petra, goal="Een verzuimkaart voor alle scholen.", due=datetime.date(YEAR + 1, 3, 1))
    return Scene(
        catalogue_draft=SupportCatalogue.begin(world.bea, world.partnership),
        support_plan_draft=SupportPlan.begin(
            world.petra, world.partnership, title="Samen verder", first_year=2029, last_year=2032
        ),
        support_plan=support_plan(world),
        alices_profile=alices_profile,
        carlas_profile=carlas_profile,
        alices_plan=plan(world, world.alice, world.school),
        carlas_plan=carlas_plan,
        work_plan=work_plan,
        group=ActionGroup.gather(world.petra, world.partnership, YEAR, title="Verzuim", points=points(carlas_plan)),
        signal=signal(world, world.alice, world.school),
        signal_before=signal(world, world.alice, world.school, "Leerlingen zijn moe.", YEAR - 1),
    )


@dataclass
class Scene:
    catalogue_draft: SupportCatalogue
    support_plan_draft: SupportPlan
    support_plan: SupportPlan
    alices_profile: SupportProfile
    carlas_profile: SupportProfile
    alices_plan: ActionPlan
    carlas_plan: ActionPlan
    work_plan: ActionPlan
    group: ActionGroup
    signal: Signal
    signal_before: Signal  # of the year before

    @property
    def alices_point(self) -> ActionPoint:
        return points(self.alices_plan)[0]

    @property
    def carlas_point(self) -> ActionPoint:
        return points(self.carlas_plan)[0]
