"""What linked devices can do over a companion, as data."""

from __future__ import annotations

from hebah.gateway.transport import Capabilities
from hebah.messaging.said import MessageKind

MAX_IMAGE_BYTES = 350 * 1024
MAX_FILE_BYTES = 64 * 1024 * 1024

_SENDS = frozenset(
    {
        MessageKind.TEXT,
        MessageKind.IMAGE,
        MessageKind.VIDEO,
        MessageKind.VOICE,
        MessageKind.AUDIO,
        MessageKind.DOCUMENT,
        MessageKind.REACTION,
        MessageKind.EDIT,
        MessageKind.DELETION,
    }
)


def capabilities(max_file_bytes: int = MAX_FILE_BYTES) -> Capabilities:
    """Everything that the contract has a word for; files as large as this installation wants them."""
    return Capabilities(
        link_by_code=True,
        sends=_SENDS,
        receives=frozenset(MessageKind),
        quotes=True,
        receipts=True,
        own_echo=True,
        typing=True,
        number_check=True,
        history=True,
        media_download=True,
        lids=True,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_file_bytes=max_file_bytes,
    )
