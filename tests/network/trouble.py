"""The part of the network's controls that is about trouble: lines, the server, and what WhatsApp does to accounts."""

from collections import deque

from tests.network import faults, fuzzing, routing
from tests.network.accounts import Failure
from tests.network.controls import Controls
from tests.network.hub import Hub
from tests.network.mediaretry import PhoneAnswer, file_of
from tests.network.reading import FilePart


class Trouble(Controls):
    """What goes wrong."""

    _hub: Hub

    # ---- on the line

    async def cut(self, device: str) -> None:
        wire = self._hub.directory.device(device).wire
        if wire is not None:
            wire.abort()

    async def silence(self, device: str, *, on: bool = True) -> None:
        self._hub.directory.device(device).knobs.silent = on

    async def swallow_acks(self, device: str, count: int = 1) -> None:
        self._hub.directory.device(device).knobs.swallow = count

    async def delay_acks(self, device: str, seconds: float) -> None:
        self._hub.directory.device(device).knobs.ack_delay = seconds

    async def hold_sends(self, device: str, *, on: bool = True) -> int:
        linked = self._hub.directory.device(device)
        held, linked.knobs.held = linked.knobs.held or [], [] if on else None
        for node in held:
            routing.message(self._hub, linked, node)
        return len(held)

    async def lose_sends(self, device: str, count: int = 1) -> None:
        self._hub.directory.device(device).knobs.lose = count

    async def cut_at_next_send(self, device: str, *, taken: bool = True) -> None:
        knobs = self._hub.directory.device(device).knobs
        knobs.cut = True
        if taken:
            knobs.swallow += 1
        else:
            knobs.lose += 1

    async def refuse_next(self, device: str, code: int, count: int = 1) -> None:
        self._hub.directory.device(device).knobs.refuse.extend([code] * count)

    async def refuse_queries(self, device: str, xmlns: str, code: int = 429, count: int = 1) -> None:
        self._hub.directory.device(device).knobs.queries.setdefault(xmlns, deque()).extend([code] * count)

    async def duplicate_next(self, device: str, count: int = 1) -> None:
        self._hub.directory.device(device).knobs.duplicate = count

    # ---- what WhatsApp does

    async def ban(self, phone: str, code: int = 101, seconds: int = 3600) -> None:
        told = {"reason": "402", "code": str(code), "expire": str(seconds), "location": "test"}
        faults.fail(self._hub.directory.get(phone), Failure(told))

    async def restrict(self, phone: str, until: int) -> None:
        account = self._hub.directory.get(phone)
        account.restricted_until = until
        faults.tell_restriction(self._hub, account)

    async def lift(self, phone: str) -> None:
        account = self._hub.directory.get(phone)
        account.failure = None
        if account.restricted_until is not None:
            account.restricted_until = None
            faults.tell_restriction(self._hub, account)

    async def connect_failure(self, phone: str, code: int, times: int = 0) -> None:
        self._hub.directory.get(phone).failure = Failure({"reason": str(code), "location": "test"}, times)

    async def outdated(self, phone: str) -> None:
        faults.fail(self._hub.directory.get(phone), Failure({"reason": "405", "location": "test"}))

    async def require_version(self, revision: int) -> None:
        self._hub.least_version = revision

    async def replace(self, device: str) -> None:
        faults.replaced(self._hub.directory.device(device))

    async def unlink(self, device: str) -> None:
        faults.unlink(self._hub.directory.device(device))

    async def stream_error(self, device: str, code: str = "", tag: str = "") -> None:
        faults.stream_error(self._hub.directory.device(device), code, tag)

    # ---- with stanzas and files

    async def fuzz(self, device: str, count: int, seed: int = 0) -> int:
        return await fuzzing.fuzz(self._hub.directory.device(device), count, seed)

    async def forget_media(
        self, phone: str, wire_id: str, status: int = 404, answer: PhoneAnswer = PhoneAnswer.AGAIN
    ) -> None:
        self._hub.media.forget(self._file(phone, wire_id).direct_path, status)
        self._hub.directory.get(phone).lost_files[wire_id] = answer

    async def damage_media(self, phone: str, wire_id: str) -> None:
        self._hub.media.damage(self._file(phone, wire_id).direct_path)

    def _file(self, phone: str, wire_id: str) -> FilePart:
        file = file_of(self._hub.directory.get(phone), wire_id)
        if file is None:
            raise LookupError(f"{wire_id} has no file")
        return file

    async def refuse_media(self, status: int, count: int = 1) -> None:
        self._hub.media.refusals.extend([status] * count)
