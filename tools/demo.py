"""The demo in a folder of its own, for what measures or pictures the portal and leaves nothing behind."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.run import ROOT, answers

START_SECONDS = 30


@contextlib.contextmanager
def demo_environment() -> Iterator[dict[str, str]]:
    """Environment variables of an installation with the demo in it; the folder goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-demo-") as folder:
        ours = ("PATH", "HOME", "LANG", "LC_ALL")
        env = {name: os.environ[name] for name in ours if name in os.environ}
        env |= {
            "DJANGO_SETTINGS_MODULE": "swvportal.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATA_DIR": folder,
            "DEMO": "1",
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "LOG_LEVEL": "WARNING",
        }
        prepare = [sys.executable, "-m", "tools.prepare"]
        subprocess.run(prepare, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield env


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(env: dict[str, str]) -> Iterator[tuple[str, int]]:
    """One web process as in production: its address, and the process id of its only worker."""
    port = free_port()
    command = ["-m", "gunicorn", "swvportal.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level=warning"]
    server = subprocess.Popen(
        [sys.executable, *command, "--workers=1", "--threads=4", "--no-control-socket"],
        cwd=ROOT,
        env=env,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the web server did not start")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", _worker_of(server.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _worker_of(server: int) -> int:
    """gunicorn's first child; the master answers the port before the worker exists."""
    children = Path(f"/proc/{server}/task/{server}/children")
    deadline = time.monotonic() + START_SECONDS
    while not (pids := children.read_text().split()):
        if time.monotonic() > deadline:
            raise RuntimeError("the web server has no worker")
        time.sleep(0.1)
    return int(pids[0])
