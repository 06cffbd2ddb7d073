"""`python -m bench`: what one decision costs, as ratios."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from statistics import median

from bench import decision, freezing, imports, pages, proof, register, search, tiering
from bench.decision import Bare, Product
from bench.imports import Cost
from bench.spiff import Yardstick, same_road, straight_road
from tests.fixtures.postgres import running_server
from workflow.formula import PLAIN
from workflow.pathways.standard import STANDARD

CASES = 200
TURNS = 30


def main() -> None:
    logging.disable(logging.INFO)  # the yardstick tells each of its steps
    print(f"one decision, median of {CASES}: guards, decision, ledger entry, outbox")
    with tempfile.TemporaryDirectory(prefix="plaudit-bench-") as name:
        folder = Path(name)
        product, bare = decision.on_sqlite(_made(folder / "sqlite"), 2 * CASES)
        yardsticks = [
            Yardstick(folder / f"{road.__name__}.db", road(STANDARD), product.case(0), 2 * CASES)
            for road in (same_road, straight_road)
        ]
        _compare("SQLite", product, bare, yardsticks, 0)
        with running_server() as server:
            product, bare = decision.on_postgresql(_made(folder / "postgresql"), server, 2 * CASES)
            _compare("PostgreSQL", product, bare, yardsticks, CASES)
            _import("SQLite", imports.on_sqlite(_made(folder / "long"), _file(folder)))
            longer = _made(folder / "longer")
            _import("PostgreSQL", imports.on_postgresql(longer, server, _file(folder)))
        print(f"a cycle's close: {freezing.PEOPLE:,} people, {freezing.NOMINEES} of them nominated")
        _freeze("SQLite", freezing.on_sqlite(_made(folder / "close")))
        with running_server() as server:
            _freeze("PostgreSQL", freezing.on_postgresql(_made(folder / "closed"), server))
        print(f"{proof.ENTRIES:,} entries of the ledger verified without the product")
        for line in proof.told(folder / "proof"):
            print(line)
        print(f"{tiering.CANDIDATES:,} candidates tiered in one run, best of {tiering.TURNS}")
        print(tiering.told("by score", tiering.tiering(PLAIN)))
        print(tiering.told("by a formula of three parts", tiering.tiering(tiering.FORMULA)))
        print("the best of a month by a figure, by how many results it has")
        print(tiering.grown("SQLite", tiering.aggregation(_made(folder / "month"))))
        with running_server() as server:
            month = tiering.aggregation(_made(folder / "months"), server)
            print(tiering.grown("PostgreSQL", month))
        print(f"one look-up among {register.CASES:,} nominations, median of {register.TURNS}")
        _look_up("SQLite", register.costs(_made(folder / "register")))
        with running_server() as server:
            _look_up("PostgreSQL", register.on_postgresql(_made(folder / "events"), server))
        print("the search beside SQL by hand; python -m bench.search goes on to a million")
        search.main([str(size) for size in search.SIZES[:2]])
        print(f"pages over the demo on SQLite, median of {TURNS}")
        for page, cost in pages.costs(_made(folder / "demo"), TURNS).items():
            print(
                f"  {page:<18} {cost.page * 1e3:5.1f} ms  {cost.queries:2} queries"
                f"  {cost.page / cost.bare:5.2f} x a bare Flask page with {pages.ROWS} rows"
            )


def _compare(
    name: str, product: Product, bare: Bare, yardsticks: list[Yardstick], first: int
) -> None:
    """Measure all in turn, so that a busy machine is as busy for each of them."""
    decided, replayed, committed = [], [], []
    stepped: list[list[float]] = [[] for _ in yardsticks]
    for nth in range(CASES):
        decided.append(product.decide(nth))
        writes = product.writes(CASES + nth)
        whole, commit = bare.replay(writes)
        replayed.append(whole)
        committed.append(commit)
        for steps, yardstick in zip(stepped, yardsticks, strict=True):
            steps.append(yardstick.step(first + nth))
    ours, disk = median(decided), median(committed)
    same, straight = (median(steps) for steps in stepped)
    print(
        f"  {name:<10} {_us(ours)}"
        f"  {ours / median(replayed):5.2f} x the bare driver with the same {len(writes)} statements"
        f"  {ours / same:5.2f} x one SpiffWorkflow step on SQLite"
    )
    print(
        f"  {'':<10} of which {_us(disk)} ({disk / ours:.0%}) the commit on the disk;"
        f" a persisted user-task step of SpiffWorkflow: {_us(same)}"
        f" on the same road, {_us(straight)} ({ours / straight:.2f} x) on a straight one"
    )


def _look_up(name: str, costs: dict[str, float]) -> None:
    said = "  ".join(f"{what}: {seconds * 1e3:.1f} ms" for what, seconds in costs.items())
    print(f"  {name:<10} {said}")


def _file(folder: Path) -> Path:
    path = folder / "results.csv"
    if not path.exists():
        imports.write_file(path, imports.ROWS)
        print(f"{imports.ROWS:,} results from one file, best of {imports.TURNS}")
    return path


def _import(name: str, cost: Cost) -> None:
    print(
        f"  {name:<10} {cost.ours:5.1f} s  {imports.ROWS / cost.ours:8,.0f} rows/s"
        f"  {cost.ratio:5.2f} x the rate of the bare driver"
        f"  {cost.megabytes} MB at most"
    )


def _freeze(name: str, cost: freezing.Cost) -> None:
    print(
        f"  {name:<10} {cost.whole:5.1f} s over {cost.results:,} results"
        f"  others waited {cost.waited:.2f} s at most, {cost.alone:.2f} s without it"
    )


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:5.0f} us"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
