"""Everything between an environment and a portal that can be served, in one Django start; prints the sign-in list."""

import hashlib
import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def is_empty() -> bool:
    return not any(
        model._default_manager.exists() for model in (get_user_model(), apps.get_model("schools.Partnership"))
    )


def collect_static() -> None:
    """Hashing and compressing takes seconds, so only after a change."""
    sources = sorted(storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    looks = [f"{source} {Path(source).stat().st_mtime_ns} {Path(source).stat().st_size}" for source in sources]
    looks.append(f"{settings.DEBUG} {os.environ.get('PLAIN_STATIC')}")  # what chooses between plain and hashed names
    fingerprint = hashlib.sha256("\n".join(looks).encode()).hexdigest()
    note = Path(settings.STATIC_ROOT) / ".collected"
    if not note.exists() or note.read_text() != fingerprint:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        note.write_text(fingerprint)


def holds_a_demo() -> bool:
    from swvportal.demo.cast import PARTNERSHIP

    return bool(apps.get_model("schools.Partnership")._default_manager.filter(code=PARTNERSHIP).exists())


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "swvportal.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static()
    if not settings.DEMO:
        return without_demo()
    if is_empty():
        print("Loading the demo ...", file=sys.stderr)
        call_command("load_demo", stdout=StringIO())
    elif not holds_a_demo():
        print("This database holds a real partnership, not the demo: start it with `make run DEMO=0`.", file=sys.stderr)
        return 1
    call_command("load_demo", show_accounts=True)
    return 0


def without_demo() -> int:
    """A real installation: everybody knows the demo's passwords, so its people have no place there."""
    if holds_a_demo():
        print("This database holds the demo: choose another DATA_DIR or DATABASE_URL for DEMO=0.", file=sys.stderr)
        return 1
    if is_empty():
        print("The database is empty: import_duo and add_administrator fill it, see the README.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
