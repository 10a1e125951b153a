"""The key that seals the credentials of linked devices: from the environment, else made once and kept in the home."""

import base64
import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from hebah.app.settings import SEALING_KEY_BYTES, SettingInvalid, Settings, parse_sealing_key


def sealing_key(settings: Settings) -> bytes:
    """The key of this installation; raises SettingInvalid when the file that keeps it holds none."""
    if settings.sealing_key is not None:
        return settings.sealing_key
    kept = settings.home / "sealing.key"
    if not kept.exists():
        _make(kept)
    try:
        return parse_sealing_key(kept.read_text().strip())
    except (OSError, ValueError) as error:
        raise SettingInvalid(
            "HEBAH_SEALING_KEY", f"is not set, and {kept} holds no key of 32 bytes in base64"
        ) from error


def _make(kept: Path) -> None:
    """Whole or not at all, and never twice: several processes of one home may start together."""
    descriptor, name = tempfile.mkstemp(dir=kept.parent)  # readable by this account only
    try:
        with os.fdopen(descriptor, "w") as written:
            written.write(base64.b64encode(secrets.token_bytes(SEALING_KEY_BYTES)).decode() + "\n")
            written.flush()
            os.fsync(written.fileno())
        with contextlib.suppress(FileExistsError):  # then another process was faster, and its key is ours too
            os.link(name, kept)
    finally:
        Path(name).unlink()
