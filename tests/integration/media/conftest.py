from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.joints import SeesFilesInChats
from hebah.app.web import Parts
from hebah.foundation.egress import Egress
from hebah.media.api import ROUTES

ROOMY, NARROW = UUID(int=1), UUID(int=2)
CARRIED: Mapping[UUID | None, int] = {None: 64_000_000, ROOMY: 64_000_000, NARROW: 2_000}
"""How large a file the two numbers of these tests can send, in bytes."""


class Limits:
    async def most_bytes(self, workspace_id: UUID, device_id: UUID | None) -> int:
        return CARRIED[device_id]


@pytest.fixture
def blobs(tmp_path: Path) -> FilesystemBlobs:
    return FilesystemBlobs(tmp_path / "media")


@pytest.fixture
def parts(parts: Parts, blobs: FilesystemBlobs) -> Parts:
    return replace(
        parts,
        routes=ROUTES,
        provided={"blobs": blobs, "limits": Limits(), "seen_files": SeesFilesInChats(), "egress": Egress()},
    )
