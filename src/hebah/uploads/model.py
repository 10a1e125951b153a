"""The facts of uploads: which file, whose, and how much of it is here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hebah.foundation.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file as the browser tells of it before it sends anything; sizes in bytes."""

    name: str
    size: int
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way here: its first `received` bytes have arrived."""

    workspace_id: UUID
    id: UUID
    file: OfferedFile
    received: int
    created_by: UUID
    updated_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""
        return self.received == self.file.size


class UploadElsewhere(Conflict):
    """A piece does not begin where the file here ends: some of it came twice, or not at all."""

    code = "upload_at_another_offset"
    sentence = "{received} bytes of this file are here; it goes on from there."
    received: int


class UploadTooLong(Invalid):
    """More bytes than the file was said to have."""

    code = "upload_too_long"
    sentence = "This file was said to have {size} bytes. Begin again."
    size: int


class UploadUnfinished(Conflict):
    """A file is to be used that is not all here."""

    code = "upload_unfinished"
    sentence = "Only {received} of {size} bytes of this file are here. Go on with the upload."
    received: int
    size: int


class UploadDiffers(Invalid):
    """What arrived is not what the browser has: the file changed while it was sent, or was damaged on the way."""

    code = "upload_differs"
    sentence = "What arrived is not the file that was sent; it may have changed meanwhile. Choose it again."
