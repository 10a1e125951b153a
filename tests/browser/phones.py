"""A number linked to the pretended companion, and whatever reaches it from the people who write to it."""

from __future__ import annotations

import base64
import io
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from tests.browser.shop import Json, Shop, deadline

_WIRE_IDS = itertools.count(1)
_PEOPLE = itertools.count(1)


def somebody() -> str:
    """A number that nobody else in these tests has."""
    return f"+6017{7_000_000 + next(_PEOPLE)}"


def encoded(data: bytes) -> str:
    """Bytes as JSON of the protocol has them."""
    return base64.b64encode(data).decode()


def make_jpeg(width: int = 8, height: int = 8) -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(made, "JPEG")
    return made.getvalue()


@dataclass
class Phone:
    """A linked number; what happens to it is JSON of the companion's protocol."""

    shop: Shop
    device: Json

    @classmethod
    def linked(cls, shop: Shop, name: str) -> Phone:
        """A new number that is online."""
        return cls(shop, shop.real_device(name))

    @property
    def device_id(self) -> str:
        """Of the device in Hebah."""
        return str(self.device["id"])

    def hears(self, chat: str, body: str = "", **facts: Any) -> str:
        """Somebody writes; gives the wire id."""
        message = self.message(chat, body, **facts)
        self.happen([{"message": message}])
        return str(message["wireId"])

    def types(self, chat: str, body: str, **facts: Any) -> str:
        """The owner writes on the phone itself."""
        return self.hears(chat, body, from_me=True, sender=self.device["phone"], **facts)

    def message(self, chat: str, body: str = "", **facts: Any) -> Json:
        """A message of the protocol: a text of this moment by the person of the chat, unless told otherwise."""
        wire_id = f"PRETENDED{next(_WIRE_IDS):08}"
        return {
            "chat": chat,
            "sender": chat,
            "wireId": wire_id,
            "at": round(time.time() * 1000),
            "kind": "text",
            "body": body,
            **facts,
        }

    def receipts(self, chat: str, kind: str, wire_ids: Iterable[str]) -> None:
        """The other side's phone has them, or the other side has read them."""
        at = round(time.time() * 1000)
        told = {"chat": chat, "sender": chat, "wireIds": list(wire_ids), "kind": kind, "at": at}
        self.happen([{"receipt": told}])

    def happen(self, events: Sequence[Json]) -> Json:
        """Let these happen one after the other."""
        return self.shop.pretend("happen", device=self.device_id, events=events)

    def pour(
        self,
        chats: Sequence[str],
        count: int,
        *,
        words: str = "Pesan {number}",
        person: str = "Pelanggan {number}",
        per_second: int = 0,
        over_ms: int = 0,
    ) -> None:
        """Begin to let many texts arrive, round and round through the chats, the last one now.

        The first was written `over_ms` before the last. `all_stored` waits for their end.
        """
        step = over_ms // count if over_ms else round(1000 / per_second) if per_second else 1
        now = round(time.time() * 1000)
        self.shop.pretend(
            "pour",
            device=self.device_id,
            name=f"POURED{next(_WIRE_IDS)}N",
            chats=list(chats),
            count=count,
            words=words,
            person=person,
            perSecond=per_second,
            firstAt=now if per_second else now - step * count,
            stepMs=step,
        )

    def poured(self, count: int, within_s: float = 30) -> None:
        """Return once so many texts have been poured, over all phones of this companion."""
        self._until(lambda told: told["poured"] >= count, within_s)

    def all_stored(self, within_s: float = 30) -> None:
        """Return once everything that was poured is in the database."""
        self._until(lambda told: not told["pouring"] and not told["unacknowledged"], within_s)

    def given(self, count: int, within_s: float = 30) -> None:
        """Return once this number was given so many messages to send."""
        self._until(lambda told: len(told["sends"]) >= count, within_s)

    def look(self) -> Json:
        """What the pretended companion knows."""
        return self.shop.pretend("look", device=self.device_id)

    def sent(self) -> list[Json]:
        """What this number was given to send, in order."""
        return list(self.look()["sends"])

    def _until(self, is_so: Callable[[Json], bool], within_s: float) -> None:
        with deadline(within_s) as left:
            while left():
                if is_so(self.look()):
                    return
        raise AssertionError(f"not within {within_s} s: {self.look()}")

    def answer_sends(self, **outcome: str) -> None:
        """What becomes of the sends to come; without facts the network takes them."""
        self.shop.pretend("answer_sends", device=self.device_id, outcome=outcome)

    def chat(self, address: str) -> Json:
        """The chat with an address as the API shows it, once it is there."""
        query = {"deviceId": self.device_id, "limit": 100}

        def found(page: Json) -> list[Json]:
            return [chat for chat in page["items"] if chat["address"] == address]

        return found(self.shop.await_("/api/chats", lambda page: bool(found(page)), params=query))[0]
