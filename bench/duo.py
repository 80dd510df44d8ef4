"""How long the import of all five national files takes, and how much memory: in a process and database of its own."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "partnerships": "swv_vo_crosswalk.csv",
    "boards": "besturen_vo_namen_uit_balans.csv",
    "locations": "alle-vestigingen-vo_2020-12.csv",
    "links": "vsv-per-swv-2015.csv",
    "postcodes": "pc4_swv.csv",
}


def measure(folder: Path) -> tuple[float, float]:
    """Seconds and peak MB of `manage.py import_duo` on an empty SQLite database, the start of Python included."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {
            "SECRET_KEY": "only-for-this-measurement",
            "DEBUG": "1",
            "DATA_DIR": data,
            "DATABASE_URL": f"sqlite:///{data}/db.sqlite3",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, check=True)
        files = [part for name, file in FILES.items() for part in (f"--{name}", str(folder / file))]
        return _run([*manage, "import_duo", *files], environment)


def _run(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    """The kernel tells kilobytes, macOS bytes."""
    return usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
