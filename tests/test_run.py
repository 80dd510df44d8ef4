"""`make run`: what it sets, and on what database it starts with or without the demo."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from schools.models import Partnership
from swvportal.demo.cast import PARTNERSHIP
from tools import prepare, run


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which nothing is set; the folder is where .env would be."""
    for name in ("DEMO", "HTTPS", "BEHIND_PROXY", "PORT", "SITE_URL", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    return tmp_path


def test_a_fresh_machine_gets_the_demo_on_plain_http(machine):
    env = run.environment(8123)
    assert (env["DEMO"], env["HTTPS"], env["SITE_URL"]) == ("1", "0", "http://localhost:8123")


@pytest.mark.parametrize(("proxy", "https"), [("", "0"), ("BEHIND_PROXY=1\n", None)])
def test_without_the_demo_https_needs_a_proxy(machine, proxy, https):
    """`make run` itself serves http alone: a redirect to https would end nowhere."""
    (machine / ".env").write_text(f"# ours\nDEMO=0\n{proxy}")
    env = run.environment(8000)
    assert (env["DEMO"], env.get("HTTPS")) == ("0", https)


def test_what_is_set_goes_before_env_and_env_before_ours(machine, monkeypatch):
    (machine / ".env").write_text('PORT=8124\nSITE_URL="https://portaal.example.nl"\nDEMO=0\n')
    monkeypatch.setenv("DEMO", "1")
    env = run.environment(8124)
    assert (env["PORT"], env["SITE_URL"], env["DEMO"]) == ("8124", "https://portaal.example.nl", "1")


def test_a_command_works_on_the_same_database_as_make_run(tmp_path):
    """Both read .env: else import_duo would fill a database that nobody serves."""
    shutil.copytree(run.ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("verapdf"))
    shutil.copytree(run.ROOT / "swvportal", tmp_path / "swvportal")
    shutil.copy(run.ROOT / "manage.py", tmp_path)
    (tmp_path / ".env").write_text("DATABASE_URL=mongodb://elders\n")
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, check=False, cwd=tmp_path, env=bare, capture_output=True, text=True)
    assert "mongodb" in done.stderr


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said_in_one_line(machine, monkeypatch, capsys, port):
    monkeypatch.setenv("PORT", port)
    assert run.main() == 1
    assert capsys.readouterr().out == f"PORT is {port}: choose a number below 65536, as in `make run PORT=8001`.\n"


def test_the_port_of_env_is_taken_seriously(machine, monkeypatch, capsys):
    (machine / ".env").write_text("PORT=8124\n")
    monkeypatch.setattr(run, "is_taken", lambda port: True)
    assert run.main() == 1
    assert "Port 8124 is in use" in capsys.readouterr().out


@pytest.fixture
def quick(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is there, and the static files and the demo's whole story are not what this is about."""
    real = call_command

    def only_the_accounts(name: str, *args: object, **options: object) -> None:
        if name == "load_demo" and not options.get("show_accounts"):
            Partnership.objects.create(code=PARTNERSHIP, name="SWV VO Lindestreek")
        elif name == "load_demo":
            real(name, *args, **options)

    monkeypatch.setattr(prepare, "call_command", only_the_accounts)
    monkeypatch.setattr(prepare, "collect_static", lambda: None)


def test_an_empty_database_gets_the_demo_and_shows_who_can_sign_in(quick, settings, capsys):
    settings.DEMO = True
    assert prepare.main() == 0
    assert "alice@lindestreek.example" in capsys.readouterr().out
    assert prepare.main() == 0


def test_without_the_demo_an_empty_database_stays_empty(quick, settings, capsys):
    settings.DEMO = False
    assert prepare.main() == 0
    assert not Partnership.objects.exists()
    out = capsys.readouterr().out
    assert "import_duo" in out
    assert "lindestreek" not in out


def test_a_real_partnership_is_never_served_as_a_demo(quick, settings, capsys):
    settings.DEMO = True
    Partnership.objects.create(code="VO2708", name="Echt")
    assert prepare.main() == 1
    assert "make run DEMO=0" in capsys.readouterr().err


def test_the_demo_is_never_served_as_a_real_installation(quick, settings, capsys):
    """Everybody knows its passwords."""
    settings.DEMO = False
    Partnership.objects.create(code=PARTNERSHIP, name="SWV VO Lindestreek")
    assert prepare.main() == 1
    assert "holds the demo" in capsys.readouterr().err
