"""`python -m bench [names] [--runs N] [--quick]`: run the benchmarks and print one table, medians of the runs."""

from __future__ import annotations

import argparse
import importlib
import time

import uvloop

from bench import machine
from bench.table import Row, print_table

BENCHES = (
    "fanout", "acks", "idle", "cut", "nodes", "chat", "death", "people", "people_import", "deals", "api", "mails",
    "push", "mail_in", "inbox", "scroll", "modals", "weight", "voice", "calls",
)  # fmt: skip


def main() -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHES)}; all without any")
    parser.add_argument("--runs", type=int, default=5, help="rounds, of which the median counts (5)")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that the benchmarks work")
    given = parser.parse_args()
    unknown = set(given.names) - set(BENCHES)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    uvloop.install()
    machine.raise_file_limit()
    machine.stay_on(machine.LOAD_CORE)
    rows: list[Row] = []
    for name in given.names or BENCHES:
        print(f"{name} …", flush=True)
        start = time.perf_counter()
        rows += importlib.import_module(f"bench.{name}").run(given.runs, given.quick)
        print(f"    took {time.perf_counter() - start:.0f} s", flush=True)
    print_table(rows)


if __name__ == "__main__":
    main()
