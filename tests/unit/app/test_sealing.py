"""The key of an installation is made once, kept privately, and never guessed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hebah.app.sealing import sealing_key
from hebah.app.settings import SettingInvalid, Settings


def test_a_key_of_the_environment_is_used_and_nothing_is_kept(tmp_path: Path) -> None:
    assert sealing_key(Settings(home=tmp_path, sealing_key=bytes(32))) == bytes(32)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_kept_for_this_account_only(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    key = sealing_key(settings)
    assert len(key) == 32
    assert sealing_key(settings) == key
    assert [path.name for path in tmp_path.iterdir()] == ["sealing.key"]
    assert (tmp_path / "sealing.key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starting:
        keys = set(starting.map(lambda _: sealing_key(Settings(home=tmp_path)), range(32)))
    assert len(keys) == 1


@pytest.mark.parametrize("content", ["", "c2hvcnQ=", "no key at all"])
def test_a_file_without_a_key_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "sealing.key").write_text(content)
    with pytest.raises(SettingInvalid) as refused:
        sealing_key(Settings(home=tmp_path))
    assert refused.value.variable == "HEBAH_SEALING_KEY"
    assert "sealing.key" in str(refused.value)
