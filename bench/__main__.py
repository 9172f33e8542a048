"""`python -m bench`: run the benchmarks and print one table. A ratio above 1.00 is better than the limit."""

from __future__ import annotations

import importlib
import sys

BENCHES = ("chat",)


def main() -> None:
    """Run the named benchmarks, or all."""
    rows = []
    for name in sys.argv[1:] or BENCHES:
        print(f"{name} …", flush=True)
        rows += importlib.import_module(f"bench.{name}").run()
    print(f"\n{'what':<56}{'measured':>12}{'limit':>10}{'':>5}{'ratio':>8}")
    for what, measured, unit, limit, more in rows:
        ratio = measured / limit if more else limit / measured
        print(f"{what:<56}{measured:>12,.1f}{limit:>10,.0f} {unit:<4}{ratio:>8.2f}")


if __name__ == "__main__":
    main()
