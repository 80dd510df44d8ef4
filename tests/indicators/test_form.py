"""Filling in the form: one page that works as one form, and rows that save themselves."""

import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from indicators.models import Answer, Party


def form_url(world, party="school", participation=None):
    return reverse("indicators:form", args=[(participation or world.participation).pk, Party(party)])


def fields_of(html: str) -> dict[str, str]:
    """What a browser without JavaScript would post from this page if nothing was changed."""
    form = html[html.index('<form id="formulier"') : html.index("</form>")]
    data: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type") == "hidden" or (attrs.get("type") == "radio" and " checked" in tag):
            data[attrs["name"]] = attrs["value"]
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        data[name] = text.removeprefix("\r\n").removeprefix("\n").replace("&#x27;", "'").replace("&amp;", "&")
    data.pop("csrfmiddlewaretoken", None)
    return data


def open_form(browser, world, party="school"):
    response = browser.get(form_url(world, party))
    assert response.status_code == 200
    return fields_of(response.content.decode())


def answer_of(world, key="visie", party="school"):
    return next(
        a for a in world.form(party).answers.all() if world.indicator_set.indicators.get(key=key).pk == a.indicator_id
    )


def test_alice_fills_in_a_row_without_javascript(as_alice, world):
    """Everything on the page is one form: one button saves it."""
    data = open_form(as_alice, world)
    data |= {
        "visie.level.vastgelegd": "v",
        "visie.level.geimplementeerd": "s",
        "visie.explanation": "Staat in de schoolgids.",
        "closing.planning.text": "Na de zomer.",
    }
    response = as_alice.post(form_url(world), data, follow=True)
    assert response.status_code == 200
    answer = answer_of(world)
    assert answer.levels() == {"vastgelegd": "v", "geimplementeerd": "s"}
    assert answer.explanation == "Staat in de schoolgids."
    assert answer.version == 1
    assert world.form("school").planning == "Na de zomer."
    assert Answer.objects.count() == 1, "rows that were left alone are not written"
    html = response.content.decode()
    assert "1</span> van 12 indicatoren klaar" in html
    assert "Staat in de schoolgids." in html
