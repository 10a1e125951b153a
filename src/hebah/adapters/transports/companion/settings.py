"""What a companion transport is told when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.capabilities import MAX_FILE_BYTES
from hebah.adapters.transports.companion.program import PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class Waits:
    """How long things may take, in seconds of real time."""

    qr_first: float = 60.0
    qr_next: float = 20.0
    send: float = 20.0  # the companion's own limit for an answer of the network
    patience: float = 30.0  # of the companion with us: an event unacknowledged for this long cuts its device
    upload: float = 600.0  # for the file of a send, on top
    download: float = 900.0
    command: float = 40.0
    ready: float = 30.0  # from the start of a companion to its word
    close: float = 8.0
    drain: float = 12.0
    quiet: float = 15.0  # then a companion is asked for a sign of life
    margin: float = 10.0  # between the companion's limit and ours: its answer comes first
    first_pause: float = 0.25  # before a companion that has ended is started again; doubles up to
    last_pause: float = 30.0


@dataclass(frozen=True, slots=True)
class CompanionSettings:
    """One gateway's companions. The key and the database's address reach them over their socket only."""

    program: Path
    database_url: str = field(repr=False)
    sealing_key: bytes = field(repr=False)
    spool: Path
    devices: int = 750
    connections: int = 16
    environment: Mapping[str, str] = field(default_factory=dict)
    device_name: str = "Hebah"
    log_level: str = "info"
    waits: Waits = Waits()
    max_file_bytes: int = MAX_FILE_BYTES


def configure(settings: CompanionSettings, spool: Path) -> pb.Envelope:
    """The first frame of a shard."""
    waits = settings.waits
    scheme, _, rest = settings.database_url.partition("://")
    return pb.Envelope(
        configure=pb.Configure(
            version=PROTOCOL_VERSION,
            database_url=f"{scheme.partition('+')[0]}://{rest}",
            sealing_key=settings.sealing_key,
            connections=settings.connections,
            spool=str(spool),
            qr_first_ms=round(waits.qr_first * 1000),
            qr_next_ms=round(waits.qr_next * 1000),
            send_timeout_ms=round(waits.send * 1000),
            patience_ms=round(waits.patience * 1000),
            device_name=settings.device_name,
            log_level=settings.log_level.lower(),
        )
    )
