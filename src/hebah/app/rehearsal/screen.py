"""Shows on standard error how far a rehearsal is; standard output belongs to its figures."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hebah.app.rehearsal.plan import Standing
from hebah.app.rehearse import Watcher


@contextmanager
def shown() -> Iterator[Watcher]:
    """A bar of settled recipients, with the simulated time and the kills beside it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("simulated {task.fields[simulated]}, {task.fields[kills]} killed"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("rehearsing", total=None, simulated="0:00:00", kills=0)

        def watch(standing: Standing) -> None:
            bars.update(
                bar,
                total=standing.recipients,
                completed=standing.settled,
                simulated=str(standing.simulated).partition(".")[0],
                kills=standing.kills,
            )

        yield watch
