"""The facts of backups: what the file says of itself, what waits after a restore, and why a restore is refused."""

from datetime import datetime
from typing import Final, Literal

import msgspec

from hebah.foundation.errors import Conflict, Invalid

FORMAT: Final = 1
HEAD: Final = "backup.json"


class TableFacts(msgspec.Struct, frozen=True):
    """One table of the file, whose rows stand in PostgreSQL's text format of COPY."""

    name: str
    columns: tuple[str, ...]
    rows: int


class BackupFacts(msgspec.Struct, frozen=True):
    """What stands in the head of a backup; tables in an order in which each needs only those before it."""

    format: Literal[1]
    made_at: datetime
    revision: str
    version: str
    tables: tuple[TableFacts, ...]
    files: int


class Waiting(msgspec.Struct, frozen=True):
    """What a restore has put into people's hands."""

    campaigns: int
    recipients: int
    by_hand: int
    in_doubt: int
    devices: int


class BackupUnreadable(Invalid):
    """The file is no backup of ours, or not a whole one."""

    code = "backup_unreadable"
    sentence = "{file} cannot be read as a backup of Hebah: {reason}."
    file: str
    reason: str


class BackupTooNew(Conflict):
    """A newer release has made the backup."""

    code = "backup_too_new"
    sentence = "The backup has schema {found}, and this release knows schemas up to {newest}. Use the newer release."
    found: str
    newest: str


class DatabaseNotEmpty(Conflict):
    """A restore would mix two installations."""

    code = "database_not_empty"
    sentence = "The database at {place} is in use. Restore into an empty one: another HEBAH_HOME or DATABASE_URL."
    place: str


class FileExists(Conflict):
    """A backup never replaces another one."""

    code = "file_exists"
    sentence = "{file} is there already."
    file: str
