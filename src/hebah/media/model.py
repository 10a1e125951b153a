"""The facts of a stored file: content-addressed bytes and what they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.messaging.said import MessageKind

MOST_IMAGE_BYTES = 350 * 1024
"""What is kept and sent of an image, as WhatsApp itself would shrink it."""

MOST_PICTURE_BYTES = 20 * 1024 * 1024
"""What is taken of a picture or a recording, which are made smaller."""

MOST_FILE_BYTES = 100 * 1024 * 1024
"""What is taken of any file, whatever the way it is to be sent by can carry."""


@dataclass(frozen=True, slots=True)
class Media:
    """One stored file; `sha256` names its bytes in the blob store.

    Sizes in pixels, `seconds` of sound or film, `waveform` 64 steps of 0 to 100 of a voice note, `thumbnail` a tiny
    JPEG of a picture or film.
    """

    workspace_id: UUID
    id: UUID
    sha256: bytes
    mime: str
    size: int
    width: int | None
    height: int | None
    file_name: str
    created_at: datetime
    seconds: int = 0
    waveform: bytes = b""
    thumbnail: bytes = b""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as somebody sent it, whole or in pieces, with what they said of it."""

    workspace_id: UUID
    data: bytes | AsyncIterator[bytes]
    mime: str
    file_name: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody says of a file they want to send: as what kind, and from which device if they know."""

    workspace_id: UUID
    kind: MessageKind
    mime: str
    file_name: str
    device_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileOnWeb:
    """A file that a program wants to send and has the address of."""

    workspace_id: UUID
    kind: MessageKind
    url: str
    device_id: UUID | None = None
