"""Decisions of live updates: who may follow a topic, and whether a gap is replayed or skipped."""

from __future__ import annotations

from uuid import UUID

from hebah.access.model import Actor
from hebah.access.rules import may
from hebah.live.model import NEEDS, TopicKind


def may_follow(actor: Actor, kind: TopicKind, topic: UUID) -> bool:
    """Whether the actor's role, and for a device the grants, allow following the topic."""
    return may(actor, NEEDS[kind], topic if kind is TopicKind.DEVICE else None)
