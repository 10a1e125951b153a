"""The shop that a rehearsal is about: a workspace, numbers that have long been linked, and one campaign."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hebah.access.actions import entry as access
from hebah.access.model import Actor, NewUser, Role, Settings
from hebah.adapters.transports.simulated.network import SimulatedNetwork
from hebah.app.rehearsal import store
from hebah.app.rehearsal.plan import LINKED_FOR, Plan, Protection
from hebah.campaigns import actions as campaigns
from hebah.campaigns.model import AudienceRule, Campaign, CampaignDraft
from hebah.devices.actions import slots
from hebah.devices.ports import OfferedTransport
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.gateway.transport import ByQr, DeviceRef, LinkStep, QrShown

TEXT = "{Hi|Hello|Salam} {{name|there}}, {this is a rehearsal|we only rehearse}: {nobody|no one} gets this message."

_SIMULATED = OfferedTransport("simulated")


class _OnlySimulated:
    """What this installation offers: in a rehearsal no real number can be reached."""

    def offered(self) -> Sequence[OfferedTransport]:
        return (_SIMULATED,)


@dataclass(frozen=True, slots=True)
class Shop:
    """Where a rehearsal takes place."""

    owner: Actor
    device_ids: tuple[UUID, ...]


async def found(db: Database, clock: Clock, network: SimulatedNetwork, plan: Plan) -> Shop:
    """A workspace with an owner and its linked devices."""
    off = plan.protection is Protection.OFF
    settings = Settings("Rehearsal", simulated_on=True)
    if off:
        settings = Settings("Rehearsal", simulated_on=True, quiet_on=False, hourly_cap=None, daily_cap=None)
    # A rehearsal shows what becomes of everybody, so nothing pauses it half-way.
    settings = replace(settings, pause_errors_percent=None, pause_opt_outs_percent=None)
    async with db.transaction() as tx:
        owner = NewUser("Rehearsal", "owner@rehearsal.invalid", Role.OWNER)
        account = await access.found_workspace(tx, settings, owner, "", clock.now())
    actor = Actor(account.workspace_id, account.user_id, owner.name, Role.OWNER)
    device_ids = [
        (await slots.create(db, clock, actor, _OnlySimulated(), name=f"Number {number}", transport="simulated")).id
        for number in range(1, plan.devices + 1)
    ]
    phones = {device_id: link_phone(network, DeviceRef(actor.workspace_id, device_id)) for device_id in device_ids}
    async with db.transaction() as tx:
        await store.link_devices(tx, actor.workspace_id, phones, clock.now() - LINKED_FOR)
    return Shop(actor, tuple(device_ids))


async def launch(db: Database, clock: Clock, shop: Shop) -> Campaign:
    """Write the campaign to all leads and send it off."""
    draft = CampaignDraft(
        name="Rehearsal",
        body=TEXT,
        media_id=None,
        audience=AudienceRule(),
        starts_at=None,
        gap_min_s=None,
        gap_max_s=None,
    )
    campaign = await campaigns.create(db, clock, shop.owner, draft)
    return await campaigns.launch(db, clock, shop.owner, campaign.id, campaign.version)


def link_phone(network: SimulatedNetwork, device: DeviceRef) -> str:
    """Link a slot to a phone of its own at the network; gives the number."""
    phone = network.make_phone()
    shown: list[LinkStep] = []
    network.start_linking(device, ByQr(), shown.append)
    picture = shown[0]
    assert isinstance(picture, QrShown)
    network.scan(picture.text, phone.number)
    return phone.number
