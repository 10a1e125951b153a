"""A stranger's zip file, read member by member: nothing is ever unpacked to a path, and little becomes much only once.

A name in a zip is only a name here. Names that would lead out of a folder are refused all the same, for a file with one
was made by somebody who means harm.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self, cast

from hebah.foundation.errors import Invalid, TooLarge
from hebah.foundation.tabular_parts import PasswordProtected, UnpacksTooLarge

_ENCRYPTED = 0x1
_FINDER = "__MACOSX"
# Text shrinks to a hundredth when it repeats itself; what is small unpacks to little whatever its ratio.
_RATIO_MATTERS_FROM = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """How much of a stranger's zip is read; sizes in bytes."""

    members: int = 20_000
    unpacked_size: int = 2 * 1024 * 1024 * 1024
    unpacked_ratio: int = 200


class ZipDamaged(Invalid):
    """It begins like a zip and does not hold together."""

    code = "zip_damaged"
    sentence = "{file_name} is damaged. Export it again."
    file_name: str


class ZipUnsafe(Invalid):
    """A member would be written outside of the folder it is unpacked to."""

    code = "zip_unsafe"
    sentence = "{file_name} holds a file whose name leads out of its folder. It was not made by a phone."
    file_name: str


class ZipTooManyFiles(TooLarge):
    """More members than any chat has."""

    code = "zip_too_many_files"
    sentence = "{file_name} holds {files} files; at most {limit} are read."
    file_name: str
    files: int
    limit: int


class ZipMembers:
    """An open zip; `sizes` are the unpacked sizes of its files by their full names."""

    def __init__(self, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = members
        self.sizes: Mapping[str, int] = {name: member.file_size for name, member in members.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    def open(self, name: str) -> BinaryIO:
        """The unpacked bytes, never more than the member says it has; reading may raise `zipfile.BadZipFile`."""
        return cast("BinaryIO", self._archive.open(self._members[name]))

    def read(self, name: str) -> bytes | None:
        """All of a member, or None when it is damaged."""
        try:
            with self.open(name) as stream:
                return stream.read()
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
            return None


def open_zip(path: Path, file_name: str, limits: ZipLimits) -> ZipMembers:
    """Open the file and look at what it says it holds; raises the refusals above before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ZipDamaged(file_name) from error
    try:
        return ZipMembers(archive, _accepted(archive, path.stat().st_size, file_name, limits))
    except BaseException:
        archive.close()
        raise


def _accepted(
    archive: zipfile.ZipFile, packed: int, file_name: str, limits: ZipLimits
) -> Mapping[str, zipfile.ZipInfo]:
    every = archive.infolist()
    if len(every) > limits.members:
        raise ZipTooManyFiles(file_name, len(every), limits.members)
    if any(_leads_out(member.filename) for member in every):
        raise ZipUnsafe(file_name)
    if any(member.flag_bits & _ENCRYPTED for member in every):
        raise PasswordProtected(file_name)
    unpacked = sum(member.file_size for member in every)
    is_bomb = unpacked > _RATIO_MATTERS_FROM and unpacked > packed * limits.unpacked_ratio
    if unpacked > limits.unpacked_size or is_bomb:
        raise UnpacksTooLarge(file_name)
    return {one.filename: one for one in every if not one.is_dir() and not one.filename.startswith(_FINDER)}


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (":" in path.parts[0] if path.parts else False)
