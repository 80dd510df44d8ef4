from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "swvportal"
    verbose_name = "Portaal passend onderwijs"

    def ready(self) -> None:
        from swvportal import checks  # noqa: F401 - registers the system checks
