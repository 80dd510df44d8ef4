"""The portal's own settings in the environment of a test: nothing of the developer's, DATABASE_URL apart.

Every process of a parallel run has a folder of its own for its database and files.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = "PORTAL_TEST_FOLDER"  # made by the first process, inherited by its workers
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def remove_folder(path: str, owner: int) -> None:
    if os.getpid() == owner:  # a process forked by a test has inherited this call
        shutil.rmtree(path, ignore_errors=True)


if FOLDER not in os.environ:
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="portal-test-")
    atexit.register(remove_folder, os.environ[FOLDER], os.getpid())
data_dir = Path(os.environ[FOLDER]) / WORKER
data_dir.mkdir(exist_ok=True)

for name in ("STORAGE_DIR", "STATIC_ROOT", "DEBUG", "DEMO", "ALLOWED_HOSTS", "EMAIL_BACKEND", "SITE_URL"):
    os.environ.pop(name, None)
os.environ |= {
    "SECRET_KEY": "only-for-tests-and-known-to-everybody-who-reads-this-file",
    "HTTPS": "0",
    "PLAIN_STATIC": "1",
    "STRICT_FETCH": "1",
    "LOG_LEVEL": "WARNING",
    "DATA_DIR": str(data_dir),
}

from swvportal.settings import *  # noqa: E402, F403
from swvportal.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    # In a file, so that threads and the browser's server have connections of their own, as in production. What a test
    # writes need not reach the disk.
    DATABASES["default"]["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # type: ignore[index]
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
