"""On the PostgreSQL of Debian 12, three versions older than ours, the outbox keeps what it promises."""

import subprocess
import sys
from pathlib import Path

import pytest

from hebah.app.rehearsal.plan import Plan
from tests.crash.conftest import LeadsFile
from tests.crash.rehearsals import TALKATIVE, assert_nobody_twice_and_nobody_lost, rehearsed
from tests.crash.troubles import KillsAtSends

ROOT = Path(__file__).parents[2]
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
SUITE = (
    "tests/integration/outbox",
    "tests/integration/stops",
    "tests/integration/foundation/test_migrate.py",
    "tests/integration/foundation/test_upgrades.py",
    "tests/integration/gateway/test_leases.py",
    "tests/integration/gateway/sender",
    "tests/crash/test_launch.py",
    "tests/crash/test_receiving.py",
)


@pytest.fixture(autouse=True)
def _is_installed() -> None:
    if not (PROGRAMS / "postgres").exists():
        pytest.fail(f"there is no PostgreSQL 15 in {PROGRAMS}: run make postgresql15", pytrace=False)


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_what_is_sent_received_and_migrated_is_the_same_on_postgresql_15() -> None:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--postgres-programs", PROGRAMS, *SUITE)

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout[-4000:]


@pytest.mark.prove
@pytest.mark.timeout(180)
async def test_gateways_that_die_on_postgresql_15_cost_nobody_a_message_or_a_second_one(leads_file: LeadsFile) -> None:
    witness = KillsAtSends(10)
    plan = Plan(leads_file(600), devices=100, behaviour=TALKATIVE, postgres_programs=PROGRAMS)

    figures = await rehearsed(plan, witness)

    assert figures.kills == 10
    assert_nobody_twice_and_nobody_lost(figures, witness, 600)
