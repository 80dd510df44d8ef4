"""A report against bare WeasyPrint on the same HTML in the same variant."""

import statistics
from typing import Any

from django.conf import settings
from django.utils import timezone
from weasyprint import HTML

from bench.pages import Measured, clocked
from conversations.models import Conversation
from reports.contents import conversation_content
from reports.rendering import TEMPLATE, conversation_context, report_title
from swvportal.lib import pdf

ROUNDS = 5


def html_of_a_report() -> str:
    """What WeasyPrint gets for the newest conversation of the demo."""
    conversation = Conversation.objects.for_page().with_record().order_by("-held_at")[0]
    content = conversation_content(conversation)
    context = conversation_context(content, 1, "0000-0000-0000", timezone.now())
    return pdf.render_html(TEMPLATE, context, title=report_title(content))


def measure_report(aim: float) -> Measured:
    static = f"{settings.BASE_DIR / 'static'}/"

    def bare() -> Any:
        return HTML(string=html, base_url=static).write_pdf(pdf_variant=pdf.VARIANT)

    html = html_of_a_report()
    size = len(pdf.html_to_pdf(html, created=timezone.now()))
    bare()
    pairs = [(clocked(lambda: pdf.html_to_pdf(html, created=timezone.now())), clocked(bare)) for _ in range(ROUNDS)]
    ours, floor = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Measured("report", ours, floor, aim, f"{size / 1000:.0f} KB")
