"""The commands of `hebah`."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict, replace
from datetime import timedelta
from logging import WARNING, getLevelNamesMapping, getLogger
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
import uvloop
from cyclopts import App, Parameter

from hebah.access.actions import entry as access
from hebah.access.model import Role
from hebah.app import demo as demonstration
from hebah.app import lone_gateway, wiring
from hebah.app import rehearse as rehearsal
from hebah.app import up as up_command
from hebah.app.backup import restoring, taking
from hebah.app.doctor import Finding, examine
from hebah.app.rehearsal import screen
from hebah.app.rehearsal.plan import Figures, Plan, Protection
from hebah.app.routes import api_document
from hebah.app.serving import Running
from hebah.app.settings import Settings, read_settings
from hebah.app.stopping import cancelled_by_signals
from hebah.app.users import People, people_of
from hebah.foundation import logging
from hebah.foundation.errors import HebahError, Kind
from hebah.stops import actions as stops

T = TypeVar("T")

app = App(
    name="hebah",
    help="Campaigns and conversations over many linked WhatsApp numbers. Settings come from the environment: PORT, "
    "HOST, DATABASE_URL, HEBAH_HOME and others.",
    version=wiring.installed_version,
)
user = App(name="user", help="People of this Hebah, for whoever sits at its machine.")
app.command(user)


@app.command
def up() -> None:
    """Run everything in one process: web, worker, gateway, and a private PostgreSQL unless DATABASE_URL is set."""
    _run(up_command.run(_begin(), _say_where))


@app.command
def demo() -> None:
    """Show Hebah at work: twenty simulated numbers, two thousand made-up people, campaigns in three states."""
    settings = replace(_begin("WARNING"), simulated=True, simulated_socket=None)
    _run(up_command.run(settings, _demonstrate))


@app.command
def web() -> None:
    """Serve only the web on a database that others work on too: the UI, the API and live events."""
    _run(up_command.run_web(_begin(), _say_where))


@app.command
def worker() -> None:
    """Run only the periodic jobs: campaigns due, imports, clearing up."""
    _run(up_command.run_worker(_begin()))


@app.command
def gateway() -> None:
    """Run only a gateway: it holds its share of the devices and sends and receives for them."""
    _run(lone_gateway.run(_begin()))


@app.command
def rehearse(
    *,
    leads: Path,
    devices: int = 20,
    gateways: int = 1,
    speed: float | None = None,
    kill_every: float | None = None,
    seed: int = 1,
    policy: Literal["off", "default"] = "off",
    report: Path | None = None,
) -> None:
    """Send a file of leads over a pretended network, in stepped time, and print as JSON what became of every recipient.

    Nothing real is reached, and no database of yours is used.

    Args:
        leads: CSV or XLSX file; consent counts as given unless the file has a column about it.
        devices: How many numbers send.
        gateways: How many gateway processes hold them.
        speed: Simulated seconds a real second, at most; without it, as fast as the machine can.
        kill_every: Kill a random gateway (SIGKILL) every so many real seconds.
        seed: Decides how the pretended people and network behave, and who is killed.
        policy: "off" keeps only the gap between messages, "default" also quiet hours and caps.
        report: Write the figures to this file as well.
    """
    settings = _begin("WARNING")
    plan = Plan(
        leads=leads,
        devices=devices,
        gateways=gateways,
        speed=speed,
        kill_every=None if kill_every is None else timedelta(seconds=kill_every),
        seed=seed,
        protection=Protection(policy),
    )
    figures = _run(_rehearse(plan, settings))
    text = json.dumps(asdict(figures), indent=2)
    print(text)
    if report is not None:
        report.write_text(f"{text}\n")
    if not figures.is_clean:
        sys.exit(1)


@app.command
def migrate() -> None:
    """Bring the database to the schema of this release, then stop."""
    settings = _begin()
    _run(_migrate(settings))


@app.command
def openapi() -> None:
    """Print the description of the HTTP API (OpenAPI 3.1)."""
    print(msgspec.json.format(msgspec.json.encode(api_document(), order="sorted"), indent=1).decode())


@app.command
def sign_in_link(*, drop_second_step: bool = False) -> None:
    """Print a one-time link that signs the owner in, for whoever has lost the password.

    Args:
        drop_second_step: The owner's phone and recovery codes are gone: ask for no second step any more.
    """
    settings = _begin()
    _run(_print_sign_in_link(settings, drop_second_step=drop_second_step))


@app.command
def stop(*, reason: str = "") -> None:
    """Stop all sending of this installation at once; a running Hebah sends nothing more until it is resumed.

    Args:
        reason: What everybody is shown as the reason.
    """
    _run(_stop(_begin("WARNING"), reason))


@app.command
def resume() -> None:
    """Let sending go on after everything was stopped; stops of single workspaces, numbers and campaigns stay."""
    _run(_resume(_begin("WARNING")))


async def _stop(settings: Settings, reason: str) -> None:
    async with wiring.open_hebah(wiring.unlinked(settings), wiring.found_storage(settings)) as hebah:
        is_new = await stops.stop_everything(hebah.db, hebah.clock.now(), reason)
    print("Everything is stopped. `hebah resume` lets it go on." if is_new else "Everything was stopped already.")


async def _resume(settings: Settings) -> None:
    async with wiring.open_hebah(wiring.unlinked(settings), wiring.found_storage(settings)) as hebah:
        was_stopped = await stops.resume_everything(hebah.db, hebah.clock.now())
    print("Sending goes on." if was_stopped else "Everything was not stopped.")


@app.command
def doctor(*, as_json: Annotated[bool, Parameter(name="--json")] = False) -> None:
    """Look at everything that Hebah stands on, and say what to do; exit code 1 when something does not work.

    Args:
        as_json: Print a list of findings for a program.
    """
    settings = _begin("ERROR")
    findings = _run(_examine(settings, _say_finding if not as_json else None))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    if any(finding.state == "bad" for finding in findings):
        sys.exit(1)


@user.command(name="list")
def list_users(*, as_json: Annotated[bool, Parameter(name="--json")] = False) -> None:
    """Show everybody with role and whether they may sign in.

    Args:
        as_json: Print it for a program.
    """

    async def show(people: People) -> None:
        lines = [
            {"name": each.name, "email": each.email, "role": each.role.value, "disabled": each.disabled_at is not None}
            for each in await people.list()
        ]
        if as_json:
            print(json.dumps(lines, indent=2))
            return
        for line in lines:
            print(f"{line['email']}  {line['role']}  {line['name']}{'  (switched off)' if line['disabled'] else ''}")

    _run(_with_people(_begin("WARNING"), show))


@user.command(name="add")
def add_user(email: str, *, name: str, role: Role = Role.OPERATOR) -> None:
    """Invite somebody, and print the link by which they choose a password.

    Args:
        email: With which they will sign in.
        name: How they are called.
        role: What they may do; an agent's devices are chosen in the settings.
    """

    async def add(people: People) -> None:
        print(await people.add(name, email, role))

    _run(_with_people(_begin("WARNING"), add))


@user.command(name="disable")
def disable_user(email: str) -> None:
    """Sign somebody out everywhere and let them in no more."""

    async def disable(people: People) -> None:
        await people.switch(email, off=True)

    _run(_with_people(_begin("WARNING"), disable))


@user.command(name="enable")
def enable_user(email: str) -> None:
    """Let somebody in again."""

    async def enable(people: People) -> None:
        await people.switch(email, off=False)

    _run(_with_people(_begin("WARNING"), enable))


@user.command(name="password-link")
def link_user(email: str) -> None:
    """Print a one-time link by which somebody who lost the password chooses a new one."""

    async def link(people: People) -> None:
        print(await people.link(email))

    _run(_with_people(_begin("WARNING"), link))


@app.command
def backup(file: Path) -> None:
    """Write everything into one file: rows of one instant, and files of chats and campaigns. Hebah may run meanwhile.

    The file is not encrypted: who has it reads every chat. It does not hold the sealing key (HEBAH_SEALING_KEY, or
    sealing.key of HEBAH_HOME): keep that elsewhere. Without it linked devices and second steps do not open again.

    Args:
        file: Where to; a file that is there is never replaced.
    """
    _run(_backup(_begin("WARNING"), file))


@app.command
def restore(file: Path) -> None:
    """Fill an empty database and home from a backup. Nothing is sent by itself afterwards.

    Campaigns are paused, devices stopped, and messages by hand that waited are marked as not sent: whoever was to get
    them may have got them after the backup was taken, so people decide.

    Args:
        file: What `hebah backup` wrote.
    """
    _run(_restore(_begin("WARNING"), file))


async def _examine(settings: Settings, say: Callable[[Finding], None] | None) -> list[Finding]:
    findings = []
    async for finding in examine(settings):
        findings.append(finding)
        if say is not None:
            say(finding)
    return findings


def _say_finding(finding: Finding) -> None:
    print(f"{finding.state:<8}  {finding.what}: {finding.words}", flush=True)


async def _with_people(settings: Settings, do: Callable[[People], Awaitable[None]]) -> None:
    async with wiring.any_storage(settings) as url, wiring.open_hebah(wiring.unlinked(settings), url) as hebah:
        await do(await people_of(hebah))


async def _backup(settings: Settings, file: Path) -> None:
    async with wiring.any_storage(settings) as url:
        facts = await taking.take(settings, url, file)
    rows = sum(table.rows for table in facts.tables)
    print(f"{file}: {rows:,} rows and {facts.files:,} files of {facts.made_at:%Y-%m-%d %H:%M:%S} UTC. Not encrypted.")
    print("Keep the sealing key as well, elsewhere: HEBAH_SEALING_KEY, or sealing.key in HEBAH_HOME.")


async def _restore(settings: Settings, file: Path) -> None:
    async with wiring.own_storage(settings) as url:
        facts, waiting = await restoring.restore(settings, url, file)
    print(f"Restored as of {facts.made_at:%Y-%m-%d %H:%M:%S} UTC. Nothing is sent until people decide at /restored:")
    print(f"  {waiting.recipients:,} people wait in {waiting.campaigns:,} campaigns that are paused now")
    print(f"  {waiting.by_hand:,} messages by hand are marked as not sent; they can be sent again in their chats")
    print(f"  {waiting.in_doubt:,} messages may have been sent; nobody sends them a second time")
    print(f"  {waiting.devices:,} devices are stopped; linked ones open only with the sealing key of their host")


async def _demonstrate(running: Running) -> None:
    """Print the one link, then fill the demo while the visitor looks around."""
    hebah = running.hebah
    opened = await demonstration.open_demo(hebah)
    token = await access.make_sign_in_link(hebah.db, hebah.clock)
    print("Hebah is ready. Open this link; it works once, and each start prints a new one:")
    print(f"{running.url}/enter?token={token}", flush=True)
    if opened is None:
        print("This Hebah has a workspace of its own, so nothing was added to it.", file=sys.stderr)
        return
    try:
        await demonstration.fill(opened)
    except* HebahError as errors:
        # Whatever is there already can be looked at; the next start goes on from here.
        print("\n".join(f"hebah: {error}" for error in errors.exceptions), file=sys.stderr)


async def _rehearse(plan: Plan, settings: Settings) -> Figures:
    with screen.shown() as watch, cancelled_by_signals():
        return await rehearsal.run(plan, settings, watch)


async def _migrate(settings: Settings) -> None:
    async with wiring.own_storage(settings) as url:
        await wiring.prepare_schema(settings, url)
    print("The database is up to date.")


async def _print_sign_in_link(settings: Settings, *, drop_second_step: bool) -> None:
    async with wiring.open_hebah(wiring.unlinked(settings), wiring.found_storage(settings)) as hebah:
        token = await access.make_sign_in_link(hebah.db, hebah.clock, drop_second_step=drop_second_step)
    print(f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/enter?token={token}")


async def _say_where(running: Running) -> None:
    """Print where Hebah is, and while nobody owns it, the link that makes an owner."""
    token = await access.make_owner_link(running.hebah.db, running.hebah.clock)
    if token is None:
        print(f"Hebah is ready: {running.url}", flush=True)
    else:
        print(f"Hebah is ready. Open this link once, within 24 hours, to set it up:\n{running.url}/setup?token={token}")
        sys.stdout.flush()


def _begin(least: str = "DEBUG") -> Settings:
    """Read the settings and begin to log, nothing below `least`."""
    settings = read_settings()
    level = max(settings.log_level, least, key=getLevelNamesMapping().__getitem__)
    logging.configure(as_json=settings.log_json, level=level)
    for library in ("alembic", "uvicorn"):
        # What they tell of an ordinary start would hide the one line that people need.
        getLogger(library).setLevel(WARNING)
    return settings


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except BaseExceptionGroup as group:
        # Roles run side by side, so the refusal of one comes wrapped, perhaps more than once.
        if (refused := group.subgroup(HebahError)) is None:
            raise
        raise _first_of(refused) from group


def _first_of(group: BaseExceptionGroup[HebahError]) -> HebahError:
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


def main(words: list[str] | None = None) -> None:
    """Run the command in these words, or the shell's; a refusal is one sentence and exit code 1, 2 for a setting."""
    try:
        app(words)
    except HebahError as error:
        print(f"hebah: {error}", file=sys.stderr)
        sys.exit(2 if error.kind is Kind.INVALID else 1)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
