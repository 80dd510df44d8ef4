"""The Debian packages behind the two commands: install what is missing as root, else say in one line what to install.

Looking comes before apt, so that a second run costs nothing.
"""

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools import postgres

Probe = Callable[[], bool]


def has_library(name: str, version: int) -> bool:
    if sys.platform != "linux":
        return ctypes.util.find_library(name) is not None
    try:
        ctypes.CDLL(f"lib{name}.so.{version}")
    except OSError:
        return False
    return True


def has_command(name: str) -> bool:
    return shutil.which(name) is not None


def has_file(path: str) -> bool:
    return Path(path).exists()


RUN: dict[str, Probe] = {
    "libpango-1.0-0": partial(has_library, "pango-1.0", 0),
    "libpangoft2-1.0-0": partial(has_library, "pangoft2-1.0", 0),
    "libharfbuzz-subset0": partial(has_library, "harfbuzz-subset", 0),
    "libfontconfig1": partial(has_library, "fontconfig", 1),
}
TEST: dict[str, Probe] = RUN | {
    "chromium": partial(has_file, "/usr/bin/chromium"),
    "postgresql": lambda: postgres.programs() is not None,
    "default-jdk-headless": partial(has_command, "javac"),
    "libjaxb-java": partial(has_file, "/usr/share/java/jaxb-runtime.jar"),
    "poppler-utils": partial(has_command, "pdftotext"),
}


def missing(wanted: dict[str, Probe]) -> list[str]:
    return [package for package, present in wanted.items() if not present()]


def install(packages: list[str]) -> bool:
    if os.geteuid() != 0 or not has_command("apt-get"):
        return False
    print("Installing Debian packages:", *packages, flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *step], env=quietly, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode != 0 and step[0] == "install":
            print(done.stderr.strip(), file=sys.stderr)
            return False
    return True


def main(purpose: str) -> int:
    wanted = {"run": RUN, "test": TEST}[purpose]
    lacking = missing(wanted)
    if lacking and install(lacking):
        lacking = missing(wanted)
    if lacking:
        print(f"`make {purpose}` needs these packages: apt-get install {' '.join(lacking)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
