"""`hebah demo`: a workspace already at work, on simulated numbers; filled once, by the features' own actions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from hebah.access import reads as access_reads
from hebah.access.actions import entry as access
from hebah.access.model import Account, Actor, NewUser, Role, Settings
from hebah.app.demo_people import FINISHED_NICHE, NICHES, people_csv
from hebah.app.joints import OffersTransports
from hebah.app.simulated_phones import PhoneNetwork
from hebah.app.wiring import Hebah
from hebah.campaigns import actions as campaigns
from hebah.campaigns import store as campaign_store
from hebah.campaigns.model import AudienceRule, CampaignDraft, CampaignState
from hebah.campaigns.store import CampaignFilter
from hebah.contacts import reads as contact_reads
from hebah.contacts.actions import imports as contacts
from hebah.contacts.model import ImportState, LeadStatus
from hebah.contacts.rules.merge import DuplicateRule
from hebah.contacts.rules.plans import ImportPlan, LeadImport
from hebah.devices import reads as device_reads
from hebah.devices.actions import slots
from hebah.devices.model import Device, DeviceState, LinkingMethod, LinkingStep, Wanted
from hebah.foundation.clock import Clock
from hebah.foundation.errors import Unavailable
from hebah.foundation.postgres import Database
from hebah.foundation.uploads import Upload

EMAIL: Final = "owner@demo.example"
DEVICES: Final = 20
PEOPLE: Final = 2000
SEED: Final = 2026

_FILE = "demo-people.csv"
_CONSENTED_ON = "2026-01-05"
_LOOK_EVERY = timedelta(milliseconds=200)
_STEP_WITHIN_S = 120.0
_NAMES = ("Kuala Lumpur", "Johor", "Penang", "Sabah", "Sarawak")

_FINISHED = CampaignDraft(
    name="Kopi baharu minggu ini",
    body="{Hai|Salam|Hello} {{name|kawan}}, {kopi baharu sudah sampai|ada kopi baharu di kafe}! "
    "Balas STOP untuk berhenti.",
    media_id=None,
    audience=AudienceRule(niches=(FINISHED_NICHE,)),
    starts_at=None,
    gap_min_s=None,
    gap_max_s=None,
)
_RUNNING = CampaignDraft(
    name="Promosi hujung bulan",
    body="{{greeting}} {{name|kawan}}! {Diskaun 20 % untuk semua|Semua kurang 20 %} di {{city|kedai kami}} "
    "sampai Ahad. Balas STOP untuk berhenti.",
    media_id=None,
    audience=AudienceRule(niches=NICHES[1:5]),
    starts_at=None,
    # Slow enough that whoever opens the demo still sees it at work.
    gap_min_s=15.0,
    gap_max_s=30.0,
)
_READY = CampaignDraft(
    name="Terima kasih kepada pelanggan",
    body="{Terima kasih|Ribuan terima kasih} {{name|kawan}}, kerana terus bersama kami. Balas STOP untuk berhenti.",
    media_id=None,
    audience=AudienceRule(niches=NICHES[5:], statuses=(LeadStatus.CUSTOMER.value,)),
    starts_at=None,
    gap_min_s=None,
    gap_max_s=None,
)

log = structlog.get_logger(__name__)


class DemoNeedsSimulated(Unavailable):
    """The demo lives on pretended numbers of its own process."""

    code = "demo_needs_simulated"
    sentence = "The demo needs simulated numbers in its own process: unset HEBAH_SIMULATED and HEBAH_SIMULATED_SOCKET."


class DemoStuck(Unavailable):
    """A step of filling the demo did not come to its end in time."""

    code = "demo_stuck"
    sentence = "The demo could not be filled: {step} took too long. Start it again to go on."
    step: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What filling the demo works with."""

    db: Database
    clock: Clock
    hebah: Hebah
    network: PhoneNetwork
    owner: Actor


async def open_demo(hebah: Hebah) -> Demo | None:
    """Found the demo's workspace at the first start; None when this Hebah belongs to somebody else already."""
    network = hebah.reach.network
    if network is None:
        raise DemoNeedsSimulated()
    async with hebah.db.transaction() as tx:
        account = await access_reads.find_first_owner(tx) or await access.found_workspace(
            tx, _settings(hebah.settings.zone), NewUser("Demo", EMAIL, Role.OWNER), "", hebah.clock.now()
        )
        user = await access_reads.find_user(tx, account)
    if user.email != EMAIL:
        return None
    return Demo(hebah.db, hebah.clock, hebah, network, _actor(account, user.name))


async def fill(demo: Demo) -> None:
    """Numbers, people and campaigns; each only where it is missing, so that an interrupted start goes on."""
    mark = demo.hebah.settings.home / "demo-filled"
    if mark.exists() and mark.read_text() == str(demo.owner.workspace_id):
        return
    devices = await _numbers(demo)
    await _people(demo, devices)
    await _campaigns(demo)
    mark.write_text(str(demo.owner.workspace_id))
    log.info("demo_filled", workspace_id=str(demo.owner.workspace_id))


def _settings(zone: str) -> Settings:
    # A demo that is opened at night must be at work too.
    return Settings(
        "Demo",
        zone=zone,
        quiet_on=False,
        gap_min_s=1.0,
        gap_max_s=3.0,
        hourly_cap=None,
        daily_cap=None,
        # Its people opt out so that visitors see it; a demo that pauses for it would look broken.
        pause_opt_outs_percent=10,
        simulated_on=True,
    )


def _actor(account: Account, name: str) -> Actor:
    return Actor(account.workspace_id, account.user_id, name, Role.OWNER)


# --- numbers ----------------------------------------------------------------------------------------------------------


async def _numbers(demo: Demo) -> Sequence[Device]:
    """Twenty slots, each linked by a pretended phone that scans what the browser would show."""
    transports = OffersTransports(demo.hebah.reach.transports, demo.hebah.reach.unusable)
    for number in range(len(await _fleet(demo)), DEVICES):
        name = f"{_NAMES[number % len(_NAMES)]} {number // len(_NAMES) + 1}"
        await slots.create(demo.db, demo.clock, demo.owner, transports, name=name, transport="simulated")
    fleet = await _fleet(demo)
    await _each(_link, demo, [device for device in fleet if device.linked_at is None])

    async def all_online() -> bool:
        return all(device.condition.state is DeviceState.ONLINE for device in await _fleet(demo))

    await _until(demo, "bringing the numbers online", all_online)
    return await _fleet(demo)


async def _link(demo: Demo, device: Device) -> None:
    if device.wanted is not Wanted.LINK:
        await slots.request_link(demo.db, demo.clock, demo.owner, device.id, LinkingMethod.QR, None)

    async def scanned() -> bool:
        async with demo.db.connection() as connection:
            linking = await device_reads.find_linking(connection, device.workspace_id, device.id)
        if linking.step is not LinkingStep.QR or linking.shown is None:
            return linking.step is LinkingStep.LINKED
        demo.network.scan(linking.shown, demo.network.make_phone(device.name).number)
        return True

    await _until(demo, "linking the numbers", scanned)


async def _fleet(demo: Demo) -> Sequence[Device]:
    async with demo.db.connection() as connection:
        return await device_reads.fleet(connection, demo.owner.workspace_id)


# --- people -----------------------------------------------------------------------------------------------------------


async def _people(demo: Demo, devices: Sequence[Device]) -> None:
    """A file of people goes the way of every import: columns, dry run, run."""
    found = await _import(demo)
    if found is None:
        upload = Upload(_FILE, _in_one_piece(people_csv(SEED, PEOPLE, _CONSENTED_ON)))
        found = await contacts.add_import(demo.db, demo.clock, demo.owner, demo.hebah.uploads, upload)
    if found.state is ImportState.MAPPING:
        plan = ImportPlan(
            mapping=found.table.guess,
            device_ids=tuple(device.id for device in devices),
            duplicates=DuplicateRule.KEEP_EXISTING,
            consent=None,
            niches=(),
            status=LeadStatus.PROSPECT,
            region="MY",
        )
        await contacts.plan_import(demo.db, demo.clock, demo.owner, found.id, plan)
    if await _import_is_past(demo, ImportState.CHECKING) is ImportState.CHECKED:
        await contacts.run_import(demo.db, demo.clock, demo.owner, found.id)
    await _import_is_past(demo, ImportState.RUNNING)


async def _import(demo: Demo) -> LeadImport | None:
    async with demo.db.connection() as connection:
        imports = await contact_reads.latest_imports(connection, demo.owner)
    return next((found for found in imports if found.table.file_name == _FILE), None)


async def _import_is_past(demo: Demo, state: ImportState) -> ImportState | None:
    """Wait while a worker has it in hand; the state afterwards."""
    last: list[ImportState | None] = [None]

    async def is_past() -> bool:
        found = await _import(demo)
        last[0] = None if found is None else found.state
        return last[0] is not state

    await _until(demo, "importing the people", is_past)
    return last[0]


async def _in_one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content


# --- campaigns --------------------------------------------------------------------------------------------------------


async def _campaigns(demo: Demo) -> None:
    """One that will be finished within seconds, one at work for a while, one for the visitor to launch."""
    async with demo.db.connection() as connection:
        known = await campaign_store.list_page(connection, CampaignFilter(demo.owner.workspace_id), 100)
    by_name = {campaign.draft.name: campaign for campaign in known}
    for draft, launches in ((_FINISHED, True), (_RUNNING, True), (_READY, False)):
        campaign = by_name.get(draft.name) or await campaigns.create(demo.db, demo.clock, demo.owner, draft)
        if launches and campaign.state is CampaignState.DRAFT:
            await campaigns.launch(demo.db, demo.clock, demo.owner, campaign.id, campaign.version)


# --- waiting ----------------------------------------------------------------------------------------------------------


async def _each(work: Callable[[Demo, Device], Awaitable[None]], demo: Demo, devices: Sequence[Device]) -> None:
    async def one(device: Device) -> None:
        await work(demo, device)

    async with asyncio.TaskGroup() as tasks:
        for device in devices:
            tasks.create_task(one(device))


async def _until(demo: Demo, step: str, is_done: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again, since the gateway and the worker do their part in their own time."""
    try:
        async with asyncio.timeout(_STEP_WITHIN_S):
            while not await is_done():
                await demo.clock.sleep_until(demo.clock.now() + _LOOK_EVERY)
    except TimeoutError as error:
        raise DemoStuck(step) from error
