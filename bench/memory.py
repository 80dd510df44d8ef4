"""What a web worker holds after it has shown the pages."""

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.request import Request, urlopen

from tools.demo import serving

TIMES = 20


def worker_megabytes(env: dict[str, str], visits: Sequence[tuple[str, str]]) -> float:
    """`visits` are a cookie and a path each; all of them several times over."""
    with serving(env) as (address, worker):
        for _ in range(TIMES):
            for cookie, path in visits:
                with urlopen(Request(address + path, headers={"Cookie": cookie}), timeout=30) as response:
                    response.read()
        status = Path(f"/proc/{worker}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000
