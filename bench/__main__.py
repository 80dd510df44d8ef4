"""`make bench`: what the portal costs, as ratios measured in one run on one machine.

A page's floor is a view behind the same middleware that answers the same bytes; a save's floor writes one row. It
informs and forbids nothing: the exit status is 0 whatever comes out.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tools.demo import demo_environment

WORKER_AIM = 120  # MB


def main() -> int:
    with demo_environment() as env:
        os.environ.update(env)
        import django

        django.setup()
        from django.conf import settings

        settings.ROOT_URLCONF = "bench.urls"
        print_ratios()
        print_worker(env)
    folder = os.environ.get("DUO")
    if folder:
        print_import(Path(folder))
    else:
        print(f"{'import':<14}not measured: DUO=<folder with the national files> adds it")
    return 0


def print_ratios() -> None:
    from bench.pages import Measured, measurements
    from bench.report import measure_report

    print(f"{'':<14}{'ours':>10}{'floor':>10}{'ratio':>8}{'aim':>8}")
    all_of_them: Iterable[Callable[[], Measured]] = [*measurements(), lambda: measure_report(1.3)]
    for measure in all_of_them:
        row = measure()
        missed = "  MISSED" if row.ratio > row.aim else ""
        times = f"{row.ours:>7.1f} ms{row.floor:>7.1f} ms"
        print(f"{row.what:<14}{times}{row.ratio:>7.1f}x{'≤' + format(row.aim, 'g') + 'x':>8}  {row.note}{missed}")
        sys.stdout.flush()


def print_worker(env: dict[str, str]) -> None:
    from bench.memory import worker_megabytes
    from bench.pages import visits

    held = worker_megabytes(env, visits())
    missed = "  MISSED" if held > WORKER_AIM else ""
    print(f"{'web worker':<14}{held:>7.0f} MB{'':>18}{'≤' + str(WORKER_AIM) + ' MB':>8}{missed}")


def print_import(folder: Path) -> None:
    from bench import duo

    seconds, megabytes = duo.measure(folder)
    missed = "  MISSED" if seconds > 5 or megabytes > 200 else ""
    print(f"{'import':<14}{seconds:>8.1f} s{megabytes:>7.0f} MB{'':>9}{'≤5 s and ≤200 MB':>10}{missed}")


if __name__ == "__main__":
    sys.exit(main())
