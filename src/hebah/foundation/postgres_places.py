"""Where the embedded PostgreSQL keeps its data and its socket, so that its account can get there."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hebah.foundation.errors import Unavailable
from hebah.foundation.ids import make_id
from hebah.foundation.postgres_binaries import Account

PORT = 5432  # only names the socket file
_LONGEST_SOCKET_PATH = 107
_SOCKET_NAME = f".s.PGSQL.{PORT}"
_PLAIN_PATH = re.compile(r"[\w./+-]+")


class StorageHomeUnreachable(Unavailable):
    """We are root, the server is not, and there is no place both can use."""

    code = "storage_home_unreachable"
    sentence = (
        "PostgreSQL runs as '{account}', which cannot enter {home}, and {other} cannot be used instead. Start as an "
        "ordinary user, or put the data in a folder that every account may enter."
    )
    home: str
    account: str
    other: str


def recorded_place(home: Path) -> Path:
    """Where an earlier start put the data of this home."""
    try:
        return Path((home / "location").read_text().strip())
    except FileNotFoundError:
        return home


def place_for(home: Path, account: Account | None, elsewhere: Path) -> Path:
    """Where data live: the home, or a folder under `elsewhere`, noted in `location`, when the server cannot enter."""
    if account is None:
        return home
    place = recorded_place(home)
    if place == home and account.can_walk_to(home.resolve().parent):
        home.chmod(0o711)
        return home
    if place == home:
        place = elsewhere / f"postgres-{make_id().hex}"
    try:
        for folder in (place.parent, place):  # chmod too, since a strict umask narrows what mkdir is asked for
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)
        reachable = account.can_walk_to(place)
    except OSError:
        reachable = False
    if not reachable:
        raise StorageHomeUnreachable(str(home), account.name, str(elsewhere))
    (home / "location").write_text(f"{place}\n")
    return place


@contextlib.contextmanager
def socket_folder(place: Path, account: Account | None) -> Iterator[Path]:
    """A private folder for the socket, for as long as the server runs; call it when no server runs any more."""
    folder = place / "socket"
    if len(os.fsencode(folder / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(folder)):
        # A killed server leaves a lock file there, and would be waited for if its number were in use again.
        shutil.rmtree(folder, ignore_errors=True)
        private_folder(folder, account)
        yield folder
        return
    # Not TMPDIR: that is where long paths come from.
    with tempfile.TemporaryDirectory(prefix="hebah-", dir="/tmp", ignore_cleanup_errors=True) as short:
        give_to(Path(short), account)
        yield Path(short)


def private_folder(folder: Path, account: Account | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    give_to(folder, account)


def give_to(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)
