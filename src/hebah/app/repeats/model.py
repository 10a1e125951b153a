"""The facts of repeatable requests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from hebah.foundation.errors import Conflict, Invalid

KEPT_FOR: Final = timedelta(hours=24)
"""How long an answer can be asked for again."""

LONGEST_KEY: Final = 200


class Request(NamedTuple):
    """Which request: the same key of somebody else is another one."""

    workspace_id: UUID
    actor_id: UUID
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, byte for byte."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a request that came before; while it `is_held`, its process may still be at work."""

    fingerprint: bytes
    created_at: datetime
    is_held: bool
    is_done: bool
    answer: Answer | None


class KeyUnusable(Invalid):
    """The header holds nothing that can be kept."""

    code = "idempotency_key_invalid"
    sentence = "An Idempotency-Key is 1 to 200 visible ASCII characters."


class KeyReused(Invalid):
    """The key came with another request before."""

    code = "idempotency_key_reused"
    sentence = "This Idempotency-Key was used with another request. Take a fresh one."


class InProgress(Conflict):
    """The same request is being worked on."""

    code = "request_in_progress"
    sentence = "The same request is being worked on. Ask again in {retry_after_s} seconds."
    retry_after_s: int


class AlreadyDone(Conflict):
    """It was done, and its answer cannot be told again: it held a secret, or the process died before it answered."""

    code = "already_done"
    sentence = "This was done already; its answer cannot be told again."
