"""A real Hebah in a process of its own, and what its owner does through the API."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from hebah.adapters.transports.simulated.ledger import LedgerLine, read_ledger
from hebah.adapters.transports.simulated.network import NetworkSettings
from hebah.adapters.transports.simulated.people import LIVELY, People
from tests.rooms import room

OWNER = {"email": "aminah@example.com", "password": "correct horse battery"}

COMPANION = "hebah-companion"

PEOPLE = People(LIVELY, NetworkSettings().seed)
"""Those of the pretended network, as `hebah up` has them."""

Json = dict[str, Any]


@dataclass(frozen=True)
class RunningHebah:
    """`hebah up` on a fresh home."""

    url: str
    setup_link: str
    home: Path

    def set_up(self) -> httpx.Client:
        """Become the owner through the API; the client is signed in."""
        token = self.setup_link.partition("token=")[2]
        facts = {
            "token": token,
            "workspaceName": "Kedai Aminah",
            "zone": "Asia/Kuala_Lumpur",
            "language": "en",
            "ownerName": "Aminah",
            "trySimulated": True,
            **OWNER,
        }
        return self.entered("/api/setup", facts)

    def sign_in(self) -> httpx.Client:
        """A further session of the owner, who is set up already."""
        return self.entered("/api/session", OWNER)

    def entered(self, path: str, facts: Json) -> httpx.Client:
        """A client that a public route has signed in."""
        client = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=30)
        me = client.post(path, json=facts)
        assert me.is_success, me.text
        client.headers["X-CSRF-Token"] = me.json()["csrfToken"]
        return client

    def ledger(self) -> list[LedgerLine]:
        """What the pretended network says it was given."""
        path = self.home / "data" / "simulated" / "ledger.jsonl"
        return list(read_ledger(path)) if path.exists() else []


@dataclass
class Shop:
    """A workspace in use: numbers and leads are made through the API."""

    hebah: RunningHebah
    owner: httpx.Client
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, method: str, path: str, **given: Any) -> Json:
        """One request by the owner that must succeed."""
        answer = self.owner.request(method, path, **given)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json()) if answer.content else {}

    def hurry(self, **changes: object) -> None:
        """Send without long pauses, at any hour."""
        quick = {"gapMinS": 0.2, "gapMaxS": 0.2, "hourlyCap": None, "dailyCap": None, "quietOn": False}
        quick |= {"typingOn": False}
        self.call("PATCH", "/api/workspace", json=quick | changes)

    def slot(self, name: str) -> str:
        """A device without a phone."""
        return str(self.call("POST", "/api/devices", json={"name": name, "transport": "simulated"})["id"])

    def real_slot(self, name: str) -> str:
        """A slot for a real number, by somebody who has accepted the risk."""
        self.call("POST", "/api/transports/companion/accept-risk", json={})
        return str(self.call("POST", "/api/devices", json={"name": name, "transport": "companion"})["id"])

    def ask_qr(self, device_id: str) -> Json:
        """Begin to link a slot; gives the linking once its QR is shown."""
        path = f"/api/devices/{device_id}/link"
        self.call("POST", path, json={"method": "qr"})
        return self.await_(path, lambda linking: linking["step"] == "qr")

    def real_device(self, name: str, **identity: str) -> Json:
        """A pretended real number that is online."""
        device_id = self.real_slot(name)
        self.ask_qr(device_id)
        known = {"phone": f"+6013{6_000_000 + next(self.numbers)}"} | identity
        self.pretend("link", device=device_id, identity=known)
        return self.await_(f"/api/devices/{device_id}", lambda device: device["state"] == "online")

    def pretend(self, do: str, **facts: object) -> Json:
        """Let the pretended companion do something; gives what it knows."""
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(20)
            door.connect(str(self.hebah.home / "control.sock"))
            with door.makefile("rw") as lines:
                lines.write(json.dumps({"do": do, **facts}) + "\n")
                lines.flush()
                return dict(json.loads(lines.readline()))

    def command(self, *words: str) -> str:
        """What a command says to whoever sits at the machine."""
        command = [str(Path(sys.executable).with_name("hebah")), *words]
        environment = {"HEBAH_HOME": str(self.hebah.home / "data"), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout.strip()

    def device(self, name: str) -> Json:
        """A device that is linked to a new simulated phone, and online."""
        device_id = self.slot(name)
        phone = self.call("POST", "/api/simulated/phones", json={"name": name})["phone"]
        self.call("POST", f"/api/devices/{device_id}/link", json={"method": "qr"})
        shown = self.await_(f"/api/devices/{device_id}/link", lambda linking: linking["step"] == "qr")["shown"]
        self.call("POST", f"/api/simulated/phones/{phone}/scan", json={"shown": shown})
        return self.await_(f"/api/devices/{device_id}", lambda device: device["state"] == "online")

    def phone(self) -> str:
        """The number of somebody new who has WhatsApp; of the pretended network two in a hundred have none."""
        phones = (f"+6012{5_000_000 + number}" for number in self.numbers)
        return next(phone for phone in phones if not PEOPLE.is_absent(phone))

    def lead(self, name: str, **facts: object) -> Json:
        """Somebody who agreed to be written to."""
        known: Json = {
            "phone": self.phone(),
            "name": name,
            "niches": [],
            "status": "prospect",
            "triggers": [],
            "note": "",
            "deviceId": None,
            "consent": "granted",
            "consentSource": "form",
            "consentAt": "2025-01-31T00:00:00Z",
            "zone": None,
            "variables": {},
        }
        return self.call("POST", "/api/leads", json=known | facts)

    def leads(self, count: int, **facts: object) -> list[Json]:
        """Several of them."""
        return [self.lead(f"Person {number}", **facts) for number in range(1, count + 1)]

    def campaign(self, name: str, niche: str, **facts: object) -> Json:
        """A draft for everybody of a niche."""
        audience = {"niches": [niche], "statuses": [], "deviceIds": [], "includeUnknownConsent": False}
        known: Json = {
            "name": name,
            "body": "Hello {{name}}",
            "mediaId": None,
            "audience": audience,
            "startsAt": None,
            "gapMinS": None,
            "gapMaxS": None,
        }
        return self.call("POST", "/api/campaigns", json=known | facts)

    def launch(self, campaign: Json) -> Json:
        """Send it off."""
        path = f"/api/campaigns/{campaign['id']}/launch"
        return self.call("POST", path, json={"version": campaign["version"]})

    def colleague(self, name: str, role: str, device_ids: list[str] | None = None) -> httpx.Client:
        """Somebody who followed an invitation; the client is signed in as them."""
        email = f"{name.lower().replace(' ', '.')}.{next(self.numbers)}@example.com"
        wanted = {"email": email, "name": name, "role": role, "deviceIds": device_ids or []}
        invited = self.call("POST", "/api/users", json=wanted)
        token = str(invited["invitationPath"]).partition("token=")[2]
        return self.hebah.entered("/api/invitation", {"token": token, "name": name, "password": OWNER["password"]})

    def await_(
        self, path: str, told: Callable[[Json], bool], within_s: float = 20, params: Mapping[str, Any] | None = None
    ) -> Json:
        """What a route answers once it is as wanted; follows the workspace's clock, never sleeps."""
        seen: Json = {}
        with deadline(within_s) as left:
            while left():
                seen = self.call("GET", path, params=params)
                if told(seen):
                    return seen
        raise AssertionError(f"{path} stayed {seen}")


@contextmanager
def deadline(within_s: float) -> Iterator[Callable[[], bool]]:
    """Tells whether time is left, at most twenty times a second."""
    over = threading.Event()
    timer = threading.Timer(within_s, over.set)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: not over.wait(0.05)
    finally:
        timer.cancel()


@contextmanager
def running_hebah(
    *, with_companion: bool = False, given: Mapping[str, str] | None = None, backup: Path | None = None
) -> Iterator[RunningHebah]:
    """A process of its own on a home of its own, with the given variables on top; restored when there is a backup.

    Its companion is a pretended one, or not built, unless a variable names another.
    """
    with room("browser") as home:
        kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DB_URI", "REDIS_URL"}}
        program = str(Path(sys.executable).with_name("hebah"))
        environment = {**kept, "HEBAH_HOME": str(home / "data"), "PORT": "0", "HEBAH_COMPANION": str(home / COMPANION)}
        environment |= given or {}
        if with_companion:
            _pretend_companion(home)
        if backup is not None:
            subprocess.run([program, "restore", str(backup)], env=environment, check=True, capture_output=True)
        with (
            (home / "log").open("w") as log,
            subprocess.Popen(
                [program, "up"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            ) as process,
        ):
            try:
                yield _await_link(process, home)
            finally:
                process.terminate()
                process.wait(30)


def _pretend_companion(home: Path) -> None:
    program = home / COMPANION
    program.write_text(f"#!{sys.executable}\n{Path(__file__).with_name('pretend_companion.py').read_text()}")
    program.chmod(0o755)


def _await_link(process: subprocess.Popen[str], home: Path) -> RunningHebah:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"(https?://[^/\s]+)(?:/setup\?token=\S+)?$", line.rstrip())
        if found:
            return RunningHebah(found.group(1), found.group(0), home)
    raise AssertionError("hebah up ended without a link:\n" + (home / "log").read_text())
