"""What may not be changed in a published year or set may not be moved into it either; and a statement, a file that was
read in and a set that was asked stay what they are."""

from django.db import migrations

from swvportal.lib.triggers import forbid

FUND_YEAR, ALLOCATION, SET, QUESTION = (
    "finance_fundyear", "finance_allocation", "finance_questionset", "finance_question",
)  # fmt: skip
STATEMENT, IMPORT = "finance_auditorstatement", "finance_spendingimport"


def changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)


class Migration(migrations.Migration):
    dependencies = [("finance", "0004_the_rest_of_a_file")]

    operations = [
        forbid(
            "allocation_frozen_move", ALLOCATION, "UPDATE",
            "OLD.fund_year_id <> NEW.fund_year_id AND EXISTS"
            f" (SELECT 1 FROM {FUND_YEAR} y WHERE y.id = NEW.fund_year_id AND y.state = 'published')",
            "a later allocation is a correction",
        ),
        forbid(
            "question_frozen_move", QUESTION, "UPDATE",
            "OLD.question_set_id <> NEW.question_set_id AND EXISTS"
            f" (SELECT 1 FROM {SET} s WHERE s.id = NEW.question_set_id AND s.state = 'published')",
            "published questions never change",
        ),
        forbid(
            "questionset_frozen_update", SET, "UPDATE",
            f"OLD.state = 'published' AND ({changed('state', 'board_id', 'year', 'introduction')})",
            "published questions never change",
        ),
        forbid("questionset_frozen_delete", SET, "DELETE", "OLD.state = 'published'", "published questions stay"),
        forbid(
            "statement_frozen_update", STATEMENT, "UPDATE",
            f"{changed('account_id', 'token', 'file', 'name', 'content_type', 'size', 'sha256', 'uploaded_by_id')}"
            " OR (OLD.replaced AND NOT NEW.replaced)",
            "a statement never changes",
        ),
        forbid("statement_frozen_delete", STATEMENT, "DELETE", "OLD.id = OLD.id", "a statement stays"),
        forbid(
            "import_frozen_update", IMPORT, "UPDATE",
            f"{changed('budget_id', 'name', 'sha256', 'total_cents', 'made_at', 'made_by_id')}"
            " OR OLD.rows <> NEW.rows OR OLD.reversed_at IS NOT NULL",
            "what was read in never changes",
        ),
        forbid("import_frozen_delete", IMPORT, "DELETE", "OLD.id = OLD.id", "what was read in stays"),
    ]  # fmt: skip
