"""Serve the portal on this machine: web, worker and tick, until Ctrl-C. `make run` calls it; production has systemd.

It is the only parent of all processes, each in a process group of its own, so that none outlives it.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
TICK_SECONDS = 60
STOP_SECONDS = 15


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines, as systemd's EnvironmentFile reads them; # starts a comment line."""
    values = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("\"'")
    return values


def secret_key(path: Path) -> str:
    """Made once per installation and readable by its owner only; sessions outlive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def settings_of_this_machine() -> dict[str, str]:
    return {**read_env_file(ROOT / ".env"), **os.environ}


def environment(port: int) -> dict[str, str]:
    """What is set counts first, then .env, then what suits this machine: a demo, on plain http."""
    values = {
        "DJANGO_SETTINGS_MODULE": "swvportal.settings",
        "PYTHONUNBUFFERED": "1",
        "DEMO": "1",
        "SITE_URL": f"http://localhost:{port}",
        **settings_of_this_machine(),
    }
    if not values.get("BEHIND_PROXY"):
        values.setdefault("HTTPS", "0")  # we serve http on the loopback: nobody could follow a redirect to https
    if not values.get("SECRET_KEY"):
        values["SECRET_KEY"] = secret_key(Path(values.get("DATA_DIR") or ROOT / "var") / "secret_key")
    return values


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Supervisor:
    port: int
    env: dict[str, str]
    children: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    next_tick: float = 0
    stopping: bool = False

    def ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True  # and no more: a handler may come between any two lines

    def start(self, name: str) -> subprocess.Popen[str]:
        gunicorn = ["-m", "gunicorn", "swvportal.wsgi", "--bind", f"127.0.0.1:{self.port}", "--log-level=warning"]
        commands = {
            "prepare": ["-m", "tools.prepare"],
            "web": [*gunicorn, "--workers=2", "--threads=4", "--no-control-socket"],
            "worker": ["manage.py", "db_worker", "--no-reload", "--no-startup-delay", "--verbosity=0"],
            "tick": ["manage.py", "tick", "--verbosity=0"],
        }
        self.children[name] = subprocess.Popen(
            [sys.executable, *commands[name]],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if name == "prepare" else None,
            text=True,
            start_new_session=True,
        )
        return self.children[name]

    def run(self) -> int:
        """Until someone asks us to stop (0), or something that must run does not (1)."""
        prepare = self.start("prepare")
        if not self.wait_until(lambda: prepare.poll() is not None):
            return 0
        if prepare.returncode != 0 or prepare.stdout is None:
            return 1
        web = self.start("web")
        self.start("worker")
        if not self.wait_until(lambda: answers(self.port) or web.poll() is not None):
            return 0
        if web.poll() is None:
            print(prepare.stdout.read())
            print(f"The portal is at http://localhost:{self.port} (Ctrl-C ends it).", flush=True)
            self.wait_until(lambda: not self.look_after())
        if self.stopping:
            return 0
        print(f"The web server ended by itself (status {web.poll()}); the reason stands above.", file=sys.stderr)
        return 1

    def wait_until(self, happened: Callable[[], bool]) -> bool:
        """Whether it happened; False when someone asked us to stop before."""
        while not self.stopping:
            if happened():
                return True
            time.sleep(0.1)
        return False

    def look_after(self) -> bool:
        """Whether the web server lives. A worker that died is started again; a tick starts each minute, never twice."""
        if (status := self.children["worker"].poll()) is not None:
            print(f"The worker ended by itself (status {status}) and is started again.", file=sys.stderr)
            self.start("worker")
            time.sleep(1)  # a worker that cannot start must not keep the machine busy
        tick = self.children.get("tick")
        if time.monotonic() >= self.next_tick and (tick is None or tick.poll() is not None):
            self.next_tick = time.monotonic() + TICK_SECONDS
            self.start("tick")
        return self.children["web"].poll() is None

    def stop(self) -> None:
        """Ask all, wait for all, then end what is left; a group may hold more than its first process."""
        alive = [child for child in self.children.values() if child.poll() is None]
        for child in alive:
            self.send(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
        for child in self.children.values():
            self.send(child, signal.SIGKILL)
            child.wait()

    @staticmethod
    def send(child: subprocess.Popen[str], what: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, what)


def main() -> int:
    wanted = settings_of_this_machine().get("PORT") or "8000"
    if not (wanted.isdecimal() and 0 < int(wanted) < 65536):
        print(f"PORT is {wanted}: choose a number below 65536, as in `make run PORT=8001`.")
        return 1
    port = int(wanted)
    if is_taken(port):
        print(f"Port {port} is in use: stop what runs there or choose another, as in `make run PORT={port + 1}`.")
        return 1
    os.umask(0o077)  # the database and the files are for whoever runs the portal
    supervisor = Supervisor(port, environment(port))
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, supervisor.ask_to_stop)
    try:
        return supervisor.run()
    finally:
        supervisor.stop()


if __name__ == "__main__":
    raise SystemExit(main())
