"""`python -m tests.faults [NAME …] [--size small|large] [--seed N] [--quick] [--list]`: run, and write the table.

Exit code 1 when one of them failed; the findings are on standard output.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

from tests.faults import report
from tests.faults.experiment import SIZES, Experiment, Outcome, all_experiments, carry_out
from tests.faults.site import site


def main() -> int:
    experiments = all_experiments()
    wanted = arguments(list(experiments))
    if wanted.list:
        print("\n".join(report.described(one) for one in experiments.values()))
        return 0
    chosen = [one for name, one in experiments.items() if not wanted.names or name in wanted.names]
    outcomes: list[Outcome] = []
    for size in [wanted.size] if wanted.size else SIZES:
        outcomes += run_all([one for one in chosen if size in one.sizes], size, wanted.seed, whole=not wanted.quick)
    if not wanted.quick:
        report.write(outcomes, experiments.values())
    failed = [one for one in outcomes if not one.passed]
    print(f"\n{len(outcomes)} run, {len(failed)} failed")
    return 1 if failed else 0


def arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Fault experiments.")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *names], help="all when none is given")
    parser.add_argument("--size", choices=SIZES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="the scale of the tests; writes no table")
    parser.add_argument("--list", action="store_true", help="tell what there is")
    return parser.parse_args()


def run_all(chosen: list[Experiment], size: str, seed: int, *, whole: bool) -> list[Outcome]:
    """The ordinary installation is shared by all who need no other."""
    outcomes = []
    with ExitStack() as shared:
        ordinary = None
        for one in chosen:
            if not whole and one.quick is None:
                continue
            print(f"{one.name}, {size} …", flush=True)
            if one.on is not None:
                with one.on(size) as own:
                    outcome = carry_out(one, own, seed=seed, whole=whole)
            else:
                ordinary = ordinary or shared.enter_context(site(size))
                outcome = carry_out(one, ordinary, seed=seed, whole=whole)
            print(f"{'passed' if outcome.passed else 'FAILED'} {report.line(outcome)}", flush=True)
            if not outcome.passed:
                print(outcome, flush=True)
            outcomes.append(outcome)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
