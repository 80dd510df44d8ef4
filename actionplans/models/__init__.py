"""Support profiles, the support plan, action plans and signals."""

from actionplans.models.catalogue import CatalogueItem, SupportCatalogue
from actionplans.models.plans import ActionPlan
from actionplans.models.points import ActionGroup, ActionPoint, ProgressNote
from actionplans.models.profiles import ItemState, ProfileItem, Provision, SupportDecision, SupportProfile
from actionplans.models.signals import Signal, SignalTheme, SignalVoice, Strength
from actionplans.models.supportplan import Spearhead, SupportPlan, Target

__all__ = [
    "ActionGroup", "ActionPlan", "ActionPoint", "CatalogueItem", "ItemState", "ProfileItem", "ProgressNote", "Provision",
    "Signal", "SignalTheme", "SignalVoice", "Spearhead", "Strength", "SupportCatalogue", "SupportDecision", "SupportPlan",
    "SupportProfile", "Target",
]  # fmt: skip
