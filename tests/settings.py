"""The portal's own settings in the environment of a test: nothing of the developer's, DATABASE_URL apart.

Every process of a parallel run has a folder of its own for its database and files.
"""

import os
import secrets
import tempfile
from pathlib import Path

FOLDER = "PORTAL_TEST_FOLDER"  # named by the first process, inherited by its workers; conftest.py makes and removes it

os.environ.setdefault(FOLDER, os.path.join(tempfile.gettempdir(), f"portal-test-{secrets.token_hex(8)}"))
data_dir = Path(os.environ[FOLDER]) / os.environ.get("PYTEST_XDIST_WORKER", "main")

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
from swvportal.settings import DATABASES, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir(parents=True, exist_ok=True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    # In a file, so that threads and the browser's server have connections of their own, as in production. What a test
    # writes need not reach the disk.
    DATABASES["default"]["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # type: ignore[index]
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
