"""What was published, booked and sealed stays as it is, in the database too: mistakes are mended beside it."""

from django.db import migrations

from swvportal.lib.triggers import forbid

FUND_YEAR, ALLOCATION, SET, QUESTION = (
    "finance_fundyear", "finance_allocation", "finance_questionset", "finance_question",
)  # fmt: skip
RULES = ("fund_id", "year", "rate_cents", "fixed_cents", "pupil_kind", "counted_on", "published_at", "state")
CHANGED = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in RULES)


def published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {FUND_YEAR} y WHERE y.id = {row}.fund_year_id AND y.state = 'published')"


def asked(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {SET} s WHERE s.id = {row}.question_set_id AND s.state = 'published')"


def append_only(name: str, table: str, message: str) -> list[migrations.RunPython]:
    return [
        forbid(f"{name}_frozen_update", table, "UPDATE", "OLD.id = OLD.id", message),
        forbid(f"{name}_frozen_delete", table, "DELETE", "OLD.id = OLD.id", message),
    ]


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]

    operations = [
        forbid(
            "fundyear_frozen_update", FUND_YEAR, "UPDATE", f"OLD.state = 'published' AND ({CHANGED})",
            "the rules of a published year never change",
        ),
        forbid("fundyear_frozen_delete", FUND_YEAR, "DELETE", "OLD.state = 'published'", "a published year stays"),
        forbid("allocation_frozen_update", ALLOCATION, "UPDATE", published("OLD"), "a published allocation never changes"),
        forbid("allocation_frozen_delete", ALLOCATION, "DELETE", published("OLD"), "a published allocation never changes"),
        forbid(
            "allocation_frozen_insert", ALLOCATION, "INSERT", f"NEW.amount_cents <> 0 AND {published('NEW')}",
            "a later allocation is a correction",
        ),
        *append_only("correction", "finance_allocationcorrection", "a correction never changes"),
        *append_only("expenditure", "finance_expenditure", "a booking never changes"),
        *append_only("accountseal", "finance_accountseal", "a seal never changes"),
        forbid("question_frozen_insert", QUESTION, "INSERT", asked("NEW"), "published questions never change"),
        forbid("question_frozen_update", QUESTION, "UPDATE", asked("OLD"), "published questions never change"),
        forbid("question_frozen_delete", QUESTION, "DELETE", asked("OLD"), "published questions never change"),
    ]  # fmt: skip
