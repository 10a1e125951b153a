"""The facts of a stored file: content-addressed bytes and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

MOST_IMAGE_BYTES = 350 * 1024
"""What is kept and sent of an image, as WhatsApp itself would shrink it."""

MOST_UPLOAD_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Media:
    """One stored file; `sha256` names its bytes in the blob store."""

    workspace_id: UUID
    id: UUID
    sha256: bytes
    mime: str
    size: int
    width: int | None
    height: int | None
    file_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as somebody sent it, with what they said of it."""

    workspace_id: UUID
    data: bytes
    mime: str
    file_name: str = ""
    width: int = 0
    height: int = 0
