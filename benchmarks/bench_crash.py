"""What kills cost: a campaign of 5,000 over 50 numbers and four gateways, one of which dies every 0.2 to 2 seconds.

The same rehearsal as the proof in tests/crash. In the end nobody may have got a message twice or have been lost; what
was on the wire of a gateway when it died is reported as unknown, unless a receipt tells more.
"""

import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from runner import ROOT, Metric, report

sys.path.append(str(ROOT))  # who kills lives among the tests

from hebah.adapters.transports.simulated.people import Behaviour
from hebah.app import rehearse
from hebah.app.rehearsal.plan import Figures, Plan
from hebah.app.settings import Settings
from tests.crash.troubles import KillsByChance

RECIPIENTS = 5000
SHORTEST_S, LONGEST_S = 0.2, 2.0


async def rehearsed(folder: Path, seed: int) -> Figures:
    """The whole campaign."""
    leads = folder / "leads.csv"
    rows = (f"Siti {number},+6012{number}" for number in range(1_000_000, 1_000_000 + RECIPIENTS))
    leads.write_text("\n".join(["Name,Phone", *rows]) + "\n")
    talkative = Behaviour(read=0.8, reply=0.4)
    plan = Plan(leads, devices=50, gateways=4, attendance=1, speed=3.7, behaviour=talkative, seed=seed)
    witness = KillsByChance(SHORTEST_S, LONGEST_S)
    figures = await rehearse.run(plan, Settings(), lambda _standing: None, witness)
    assert witness.violations == [], witness.violations
    return figures


def main() -> None:
    """Once, for it takes minutes and its answers are zeros."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else secrets.randbelow(10**6)
    print(f"seed {seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="hebah-bench-") as name:
        figures = asyncio.run(rehearsed(Path(name), seed))
    report(
        "crash",
        {
            Metric("crash_kills", "kills", ">= 300"): [figures.kills],
            Metric("crash_duplicates", "messages", "<= 0"): [figures.wire_duplicates],
            Metric("crash_lost", "recipients", "<= 0"): [figures.lost],
            Metric("crash_stale_sends", "messages", "<= 0"): [figures.stale_sends],
            Metric("crash_unknown", "recipients", f"<= {figures.in_flight_at_kills}"): [figures.unknown],
        },
    )


if __name__ == "__main__":
    main()
