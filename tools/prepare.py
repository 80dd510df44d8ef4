"""Everything between an environment and a portal that can be served, in one Django start; prints the sign-in list."""

import os
import sys
from io import StringIO

import django
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command


def is_empty() -> bool:
    return not any(
        model._default_manager.exists() for model in (get_user_model(), apps.get_model("schools.Partnership"))
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "swvportal.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if is_empty():
        print("Loading the demo ...", file=sys.stderr)
        call_command("load_demo", stdout=StringIO())
    call_command("load_demo", show_accounts=True)


if __name__ == "__main__":
    main()
