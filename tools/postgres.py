"""Run a command against a throw-away PostgreSQL cluster: python -m tools.postgres COMMAND ...

The cluster lives in a temporary folder on a free loopback port, belongs to an unprivileged user where we are root
(PostgreSQL refuses root), and is gone when the command ends, however it ends. The command finds it in DATABASE_URL.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TypedDict

# A crash may lose this cluster, so it need not wait for the disk.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs; Debian keeps them off the PATH. The newest version wins."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Owner(TypedDict, total=False):
    """What subprocess needs to leave root behind."""

    user: int
    group: int
    extra_groups: list[int]


def owner() -> Owner:
    """Nothing where we are not root."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def initialise(bin_: Path, folder: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    if who := owner():
        for path in (folder, password_file):
            os.chown(path, who["user"], who["group"])
    command: list[str | Path] = [
        bin_ / "initdb",
        "-D",
        folder / "data",
        "-U",
        "portal",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    command += ["--auth=password", f"--pwfile={password_file}", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, **who)
    if done.returncode != 0:
        raise SystemExit(f"initdb failed: {done.stderr.strip()}")


def wait_until_ready(server: subprocess.Popen[bytes], bin_: Path, port: int, log: Path) -> None:
    for _ in range(300):
        ready = subprocess.run([bin_ / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)])
        if ready.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text()}")


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as the block."""
    bin_ = programs()
    if bin_ is None:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as name:
        folder, port, password = Path(name), free_port(), secrets.token_urlsafe(16)
        initialise(bin_, folder, password)
        options = [
            *FAST,
            f"port={port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
        ]
        with (folder / "log").open("wb") as log:
            # In a session of its own: Ctrl-C in the terminal is for the command, the cluster ends after it.
            server = subprocess.Popen(
                [bin_ / "postgres", "-D", folder / "data", *(word for option in options for word in ("-c", option))],
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **owner(),
            )
            try:
                wait_until_ready(server, bin_, port, folder / "log")
                yield f"postgres://portal:{password}@127.0.0.1:{port}/postgres"
            finally:
                # SIGINT is PostgreSQL's fast shutdown: it does not wait for sessions that were left open.
                server.send_signal(signal.SIGINT)
                try:
                    server.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    with cluster() as url:
        process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
