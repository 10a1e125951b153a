"""Every route that changes something writes an audit entry, or stands here with the reason why it does not."""

from pathlib import Path
from typing import Any

import hebah
from hebah.access.model import PUBLIC
from hebah.foundation.postgres import Database
from tests.integration.conftest import PASSWORD, Web
from tests.integration.web.doors import BODIES, UNSAFE, furnish, knock

SOURCES = Path(hebah.__file__).parent

CONTENT = "what people write is kept with who wrote it: the message or draft is its own record"
OWN = "one's own reading and looks"
PRETENDED = "a pretended phone: nothing of it is real"
LOOKS = "computes and keeps nothing"
ASKS = "asks a phone for what it has: nothing here or there is changed"
LATER = "nothing happens yet: what comes of it (launch, run, linking) is audited then"

UNAUDITED = {
    "DELETE /api/messages/{message_id:uuid}": CONTENT,
    "DELETE /api/messages/{message_id:uuid}/send": CONTENT,
    "PATCH /api/messages/{message_id:uuid}": CONTENT,
    "POST /api/messages/{message_id:uuid}/reaction": CONTENT,
    "POST /api/messages/{message_id:uuid}/retry": CONTENT,
    "POST /api/messages/{message_id:uuid}/media": LOOKS,
    "POST /api/chats": CONTENT,
    "POST /api/chats/{chat_id:uuid}/messages": CONTENT,
    "POST /api/chats/{chat_id:uuid}/read": OWN,
    "POST /api/chats/{chat_id:uuid}/unread": OWN,
    "POST /api/chats/{chat_id:uuid}/typing": OWN,
    "POST /api/chats/{chat_id:uuid}/history": ASKS,
    "POST /api/devices/{device_id:uuid}/history/retry": ASKS,
    "PATCH /api/me": OWN,
    "DELETE /api/session": OWN,
    "POST /api/me/second-step": LATER,
    "POST /api/leads": CONTENT,
    "PATCH /api/leads/{lead_id:uuid}": CONTENT,
    "POST /api/media": CONTENT,
    "POST /api/media/from-web": CONTENT,
    "POST /api/uploads": LATER,
    "PUT /api/uploads/{upload_id:uuid}": LATER,
    "DELETE /api/uploads/{upload_id:uuid}": LATER,
    "POST /api/archives/uploaded": LATER,
    "POST /api/imports/uploaded": LATER,
    "POST /api/archives": LATER,
    "PUT /api/archives/{archive_id:uuid}/plan": LATER,
    "POST /api/archives/{archive_id:uuid}/cancel": LATER,
    "POST /api/imports": LATER,
    "PUT /api/imports/{import_id:uuid}/mapping": LATER,
    "POST /api/imports/{import_id:uuid}/cancel": LATER,
    "POST /api/campaigns": LATER,
    "PATCH /api/campaigns/{campaign_id:uuid}": LATER,
    "POST /api/campaigns/{campaign_id:uuid}/clone": LATER,
    "POST /api/campaigns/{campaign_id:uuid}/review": LOOKS,
    "POST /api/campaigns/preview": LOOKS,
    "POST /api/simulated/phones": PRETENDED,
    "POST /api/simulated/phones/{phone:str}/cut": PRETENDED,
    "POST /api/simulated/phones/{phone:str}/say": PRETENDED,
    "POST /api/simulated/phones/{phone:str}/scan": PRETENDED,
    "POST /api/simulated/phones/{phone:str}/refuse": PRETENDED,
    "POST /api/simulated/phones/{phone:str}/trouble": PRETENDED,
    "POST /api/simulated/phones/{phone:str}/unlink": PRETENDED,
    "POST /api/system/checks": LOOKS,
}
# Nothing is there to be done to a bare row; where something is, the tests of the feature see its entry.
NOTHING_TO_DO = {
    "DELETE /api/devices/{device_id:uuid}/link": "no linking is under way",
    "DELETE /api/suppressions/{lead_id:uuid}": "nobody is suppressed",
    "PATCH /api/chats/{chat_id:uuid}": "pinning is a look; labels and who answers are audited",
}
# What takes more than a bare row; the tests of each feature come that far. Told is the entry that is written then.
TAKES_MORE = {
    "DELETE /api/me/sessions/{session_id:uuid}": "session_ended",
    "PATCH /api/labels/{label_id:uuid}": "label_kept",
    "POST /api/archives/{archive_id:uuid}/remove": "imported_chats_removed",
    "POST /api/archives/{archive_id:uuid}/run": "chats_imported",
    "POST /api/campaigns/{campaign_id:uuid}/cancel": "campaign_cancelled",
    "POST /api/campaigns/{campaign_id:uuid}/launch": "campaign_launched",
    "POST /api/campaigns/{campaign_id:uuid}/pace": "campaign_repaced",
    "POST /api/campaigns/{campaign_id:uuid}/pause": "campaign_paused",
    "POST /api/campaigns/{campaign_id:uuid}/retry": "campaign_retried",
    "POST /api/campaigns/{campaign_id:uuid}/resume": "campaign_resumed",
    "POST /api/campaigns/{campaign_id:uuid}/unschedule": "campaign_unscheduled",
    "POST /api/devices": "device_created",
    "POST /api/devices/bulk": "device_stopped",
    "POST /api/devices/{device_id:uuid}/link/passkey": "device_passkey_answered",
    "POST /api/devices/{device_id:uuid}/log-out": "device_{kind}",
    "POST /api/devices/{device_id:uuid}/refresh": "device_{kind}",
    "POST /api/devices/{device_id:uuid}/start": "device_started",
    "POST /api/devices/{device_id:uuid}/stop": "device_stopped",
    "POST /api/imports/{import_id:uuid}/run": "leads_imported",
    "POST /api/labels": "label_kept",
    "POST /api/leads/bulk": "leads_edited_in_bulk",
    "POST /api/leads/bulk/{edit_id:uuid}/undo": "bulk_edit_undone",
    "POST /api/me/second-step/confirm": "second_step_on",
    "POST /api/me/second-step/off": "second_step_off",
    "POST /api/me/second-step/recovery-codes": "recovery_codes_renewed",
    "POST /api/ownership": "ownership_given",
    "POST /api/suppressions": "contact_suppressed",
    "POST /api/restored/close": "restore_closed",
    "POST /api/stops": "sending_stopped",
    "POST /api/stops/{stop_id:uuid}/resume": "sending_resumed",
    "POST /api/transports/{transport:str}/accept-risk": "link_risk_accepted",
}
# What each audited route without an id in its path wants.
WANTS: dict[str, dict[str, Any]] = {
    "PATCH /api/workspace": {"name": "x"},
    "POST /api/users": {"email": "new@example.com", "name": "x", "role": "agent", "deviceIds": []},
    "POST /api/keys": {"name": "x", "permissions": ["device:read"]},
    "POST /api/canned-replies": {"shortcut": "another", "body": "x"},
    "POST /api/me/password": {"current": PASSWORD, "replacement": "another fine staple"},
}


async def entries(database: Database) -> int:
    async with database.connection() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM audit_entry")
    return found


async def test_every_change_is_audited_or_has_a_reason(web: Web, database: Database) -> None:
    owner = await web.found()
    browser = await web.signed_in(owner)
    told: dict[str, tuple[int, int]] = {}
    for door in UNSAFE:
        if door.need is PUBLIC or str(door) in UNAUDITED | TAKES_MORE:
            continue
        things = await furnish(database, owner)
        path, body = door.at(**things), BODIES.get(str(door)) or WANTS.get(str(door))
        before = await entries(database)
        answer = await knock(browser, door, path, json=body)
        told[str(door)] = (answer.status_code, await entries(database) - before)
    assert {door: said for door, said in told.items() if said[0] >= 400} == {}
    assert {door for door, (status, new) in told.items() if status < 400 and not new} == NOTHING_TO_DO.keys()


def test_the_reasons_are_about_routes_there_are_and_actions_that_are_written() -> None:
    doors = {str(door) for door in UNSAFE}
    assert (UNAUDITED | NOTHING_TO_DO | TAKES_MORE | WANTS).keys() - doors == set()
    written = "".join(path.read_text() for path in SOURCES.glob("*/actions*/**/*.py"))
    written += "".join(path.read_text() for path in SOURCES.glob("*/actions.py"))
    assert [action for action in TAKES_MORE.values() if f'"{action}"' not in written] == []
