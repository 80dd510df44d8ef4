from django.urls import path, register_converter

from indicators.models import Party
from indicators.views import comparison, evidence, forms, rounds, sets, submit


class PartyConverter:
    """`school` or `swv` in an address, a Party in the view."""

    regex = "school|swv"

    def to_python(self, value: str) -> Party:
        return Party.PARTNERSHIP if value == "swv" else Party.SCHOOL

    def to_url(self, value: str) -> str:
        return "swv" if value == Party.PARTNERSHIP else "school"


register_converter(PartyConverter, "party")

app_name = "indicators"
urlpatterns = [
    path("formulieren/", sets.set_list, name="sets"),
    path("formulieren/<int:pk>/", sets.set_detail, name="set"),
    path("formulieren/<int:pk>/publiceren/", sets.publish, name="publish_set"),
    path("formulieren/<int:pk>/nieuwe-versie/", sets.new_version, name="new_version"),
    path("formulieren/<int:pk>/leeg/", sets.blank, name="blank_form"),
    path("rondes/", rounds.round_list, name="rounds"),
    path("rondes/nieuw/", rounds.round_new, name="round_new"),
    path("rondes/<int:pk>/", rounds.round_detail, name="round"),
    path("rondes/<int:pk>/wijzigen/", rounds.round_edit, name="round_edit"),
    path("rondes/<int:pk>/openen/", rounds.open_round, name="open_round"),
    path("rondes/<int:pk>/afsluiten/", rounds.close_round, name="close_round"),
    path("deelnames/<int:pk>/", rounds.participation, name="participation"),
    path("deelnames/<int:pk>/wijzigen/", rounds.participation_edit, name="participation_edit"),
    path("deelnames/<int:pk>/beginnen-zonder/", rounds.start_without, name="start_without"),
    path("deelnames/<int:pk>/formulier/<party:party>/", forms.form, name="form"),
    path("deelnames/<int:pk>/formulier/<party:party>/afdrukken/", forms.print_form, name="print_form"),
    path("deelnames/<int:pk>/formulier/<party:party>/antwoord/", forms.save_answer, name="save_answer"),
    path("deelnames/<int:pk>/formulier/<party:party>/slottekst/", forms.save_closing_text, name="save_closing_text"),
    path("deelnames/<int:pk>/formulier/<party:party>/bewijs/", evidence.add, name="add_evidence"),
    path("bewijs/<uuid:token>/", evidence.download, name="evidence"),
    path("bewijs/<uuid:token>/verwijderen/", evidence.remove, name="remove_evidence"),
    path("deelnames/<int:pk>/formulier/<party:party>/nakijken/", submit.review, name="review"),
    path("deelnames/<int:pk>/formulier/<party:party>/indienen/", submit.submit, name="submit"),
    path("deelnames/<int:pk>/formulier/<party:party>/terughalen/", submit.hand_back, name="hand_back"),
    path("deelnames/<int:pk>/formulier/<party:party>/zegel/", submit.seal, name="seal"),
    path("deelnames/<int:pk>/vergelijking/", comparison.comparison, name="comparison"),
]
