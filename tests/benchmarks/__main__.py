"""``python -m tests.benchmarks``: measure speed and memory, and print them beside their goals.

Ratios are taken within one run, our side and the other in turns, so that a busy machine slows both.
Nothing fails because it is slow.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.benchmarks import MEASUREMENTS, measure
from tests.benchmarks.row import Row, table


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.benchmarks", description="Measure speed and memory.")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, help="this measurement; may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a first impression")
    arguments = parser.parse_args()
    rows: list[Row] = []
    # A fresh process each: no measurement inherits another's imports, threads or garbage.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        try:
            for name in arguments.only or MEASUREMENTS:
                print(f"measuring {name} …", flush=True)
                rows += processes.submit(measure, name, quick=arguments.quick).result()
        finally:  # what was measured is shown, whatever happened to the rest
            print(f"\n{table(rows)}\n")
            print(f"load average {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores while this ran")


if __name__ == "__main__":
    main()
