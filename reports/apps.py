from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Verslagen"

    def ready(self) -> None:
        from reports import tasks  # noqa: F401 - registers what the worker does for us
