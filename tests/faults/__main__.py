"""`python -m tests.faults [NAME …] [--size small|large] [--seed N] [--quick] [--list]`: run, and write the table.

Exit code 1 when one of them failed; the findings are on standard output.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from contextlib import AbstractContextManager, ExitStack, nullcontext

from tests.faults import report
from tests.faults.experiment import SIZES, Experiment, Outcome, all_experiments, carry_out
from tests.faults.site import Site, site


def main() -> int:
    experiments = all_experiments()
    wanted = arguments(list(experiments))
    if wanted.list:
        print("\n".join(report.described(one) for one in experiments.values()))
        return 0
    passed: list[bool] = []
    for size in [wanted.size] if wanted.size else SIZES:
        chosen = [
            one for name, one in experiments.items() if size in one.sizes and name in (wanted.names or experiments)
        ]
        with ExitStack() as shared:
            bench = Bench(size, shared)
            for one in chosen:
                if wanted.quick and one.quick is None:
                    continue
                print(f"{one.name}, {size} …", flush=True)
                outcome = bench.run(one, wanted.seed, whole=not wanted.quick)
                passed.append(outcome is not None and outcome.passed)
                if outcome and not wanted.quick:
                    report.write([outcome], experiments.values())
    print(f"\n{len(passed)} run, {passed.count(False)} failed")
    return 0 if all(passed) else 1


def arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Fault experiments.")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *names], help="all when none is given")
    parser.add_argument("--size", choices=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="the scale of the tests; writes no table")
    parser.add_argument("--list", action="store_true", help="tell what there is")
    return parser.parse_args()


class Bench:
    """One size. The ordinary installation is made when it is first needed and shared by all who need no other."""

    def __init__(self, size: str, shared: ExitStack) -> None:
        self.size = size
        self.shared = shared
        self.ordinary: Site | None = None

    def run(self, one: Experiment, seed: int, *, whole: bool) -> Outcome | None:
        """Run it and tell how it went; None when it could not even begin."""
        try:
            with self.place_for(one) as place:
                outcome = carry_out(one, place, seed=seed, whole=whole)
        except Exception:  # the others are still to be run
            traceback.print_exc()
            return None
        print(f"{'passed' if outcome.passed else 'FAILED'} {report.line(outcome)}", flush=True)
        if not outcome.passed:
            print(outcome, flush=True)
        return outcome

    def place_for(self, one: Experiment) -> AbstractContextManager[Site]:
        if one.on is not None:
            return one.on(self.size)
        self.ordinary = self.ordinary or self.shared.enter_context(site(self.size))
        return nullcontext(self.ordinary)


if __name__ == "__main__":
    sys.exit(main())
