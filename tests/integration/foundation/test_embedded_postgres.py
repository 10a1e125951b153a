import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest

from hebah.foundation.embedded_postgres import (
    ClusterOptions,
    EmbeddedPostgres,
    StorageNotStarted,
    StorageOfOtherVersion,
    running_url,
)
from hebah.foundation.postgres_binaries import (
    StorageBinariesWrong,
    find_binaries,
    reachable_binaries,
    server_account,
)
from hebah.foundation.sole_use import StorageInUse

FAST = ClusterOptions(durable=False)

LAUNCHER = """
import os, sys
from pathlib import Path
from hebah.foundation.embedded_postgres import ClusterOptions, EmbeddedPostgres
if len(sys.argv) > 3:
    os.setgroups([]), os.setgid(int(sys.argv[3])), os.setuid(int(sys.argv[3]))
server = EmbeddedPostgres(Path(sys.argv[1]), ClusterOptions(binaries=Path(sys.argv[2]))).start()
print(server.pid, server.url, flush=True)
sys.stdin.readline()
server.stop()
"""


class Launcher:
    """A process of its own that runs a server until told to stop or killed."""

    def __init__(self, home: Path, binaries: Path, uid: int | None = None) -> None:
        identity = [] if uid is None else [str(uid)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, str(home), str(binaries), *identity],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        pid, self.url = self.process.stdout.readline().split()
        self.server_pid = int(pid)

    def stop(self) -> int:
        self.process.communicate("stop\n", timeout=30)
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@contextmanager
def launched(home: Path, binaries: Path, uid: int | None = None) -> Iterator[Launcher]:
    launcher = Launcher(home, binaries, uid)
    try:
        yield launcher
    finally:
        launcher.kill()


@pytest.fixture
def home(postgres_folder: Path) -> Path:
    return postgres_folder / "home"


@pytest.fixture
def binaries(postgres_folder: Path) -> Path:
    """The installed programs where every account can run them."""
    return reachable_binaries(find_binaries(None), server_account(), postgres_folder / "binaries").folder


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        connection.terminate()  # the server may be dead by now


def ask(url: str, question: Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[object]]) -> object:
    async def answer() -> object:
        async with connected(url) as connection:
            return await question(connection)

    return asyncio.run(answer())


def write_note(url: str, text: str) -> None:
    ask(url, lambda c: c.execute(f"CREATE TABLE IF NOT EXISTS note (text text); INSERT INTO note VALUES ('{text}')"))


def notes(url: str) -> object:
    return ask(url, lambda connection: connection.fetchval("SELECT array_agg(text ORDER BY text) FROM note"))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def until(happened: Callable[[], bool], within_s: float = 20) -> bool:
    deadline, naps = time.monotonic() + within_s, threading.Event()
    while not happened() and time.monotonic() < deadline:
        naps.wait(0.02)
    return happened()


def test_rows_survive_a_clean_stop_and_start(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        write_note(server.url, "kept")
        assert running_url(home) == server.url
    assert running_url(home) is None
    with EmbeddedPostgres(home) as server:
        assert notes(server.url) == ["kept"]


def test_a_second_start_on_the_same_folder_is_refused_and_harms_nothing(home: Path, binaries: Path) -> None:
    with launched(home, binaries) as first:
        with pytest.raises(StorageInUse) as refused:
            EmbeddedPostgres(home).start()
        assert refused.value.code == "storage_in_use"
        assert str(first.process.pid) in str(refused.value)
        write_note(first.url, "still here")
        assert first.stop() == 0
    with EmbeddedPostgres(home) as server:
        assert notes(server.url) == ["still here"]
        with pytest.raises(StorageInUse):
            EmbeddedPostgres(home).start()
        assert notes(server.url) == ["still here"]


def test_committed_rows_survive_kill_9_of_the_server(home: Path) -> None:
    server = EmbeddedPostgres(home).start()

    async def kill_with_a_connection_open() -> None:
        async with connected(server.url) as connection:
            await connection.execute("CREATE TABLE note (text text); INSERT INTO note VALUES ('committed')")
            async with connected(server.url) as other:
                transaction = other.transaction()
                await transaction.start()
                await other.execute("INSERT INTO note VALUES ('not committed')")
                assert server.pid is not None
                os.kill(server.pid, signal.SIGKILL)

    asyncio.run(kill_with_a_connection_open())
    assert until(lambda: server.pid is None)
    server.stop()
    with EmbeddedPostgres(home) as again:
        assert notes(again.url) == ["committed"]


def test_kill_9_of_the_launcher_takes_the_server_down_cleanly(home: Path, binaries: Path) -> None:
    with launched(home, binaries) as launcher:
        write_note(launcher.url, "committed")
        launcher.kill()
        assert until(lambda: not is_running(launcher.server_pid))
    assert "database system is shut down" in (home / "postgres.log").read_text()
    with EmbeddedPostgres(home) as again:
        assert notes(again.url) == ["committed"]


def test_a_start_right_after_kill_9_of_the_launcher_waits_for_the_old_server(home: Path, binaries: Path) -> None:
    with launched(home, binaries) as launcher:
        write_note(launcher.url, "committed")
        launcher.kill()
        with EmbeddedPostgres(home) as again:
            assert notes(again.url) == ["committed"]
            assert not is_running(launcher.server_pid)


def test_kill_9_of_both_sides_is_recovered(home: Path, binaries: Path) -> None:
    with launched(home, binaries) as launcher:
        write_note(launcher.url, "committed")
        os.kill(launcher.server_pid, signal.SIGKILL)
        launcher.kill()
    with EmbeddedPostgres(home) as again:
        assert notes(again.url) == ["committed"]


def test_an_orphan_that_outlived_its_launcher_is_ended_first(home: Path, binaries: Path) -> None:
    with launched(home, binaries) as launcher:
        os.kill(launcher.server_pid, signal.SIGSTOP)  # too busy to hear that its launcher died
        launcher.kill()
        resumed = threading.Timer(0.5, os.kill, (launcher.server_pid, signal.SIGCONT))
        resumed.start()
        with EmbeddedPostgres(home) as again:
            assert not is_running(launcher.server_pid)
            assert again.pid != launcher.server_pid
        resumed.join()


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(home: Path) -> None:
    with EmbeddedPostgres(home, FAST) as server:
        write_note(server.url, "kept")
        facts = (home / "data" / "postmaster.pid").read_text().splitlines()
    (home / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *facts[1:]]) + "\n")
    with EmbeddedPostgres(home, FAST) as server:
        assert notes(server.url) == ["kept"]


def test_an_interrupted_first_start_is_begun_again(home: Path) -> None:
    unfinished = home / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home, FAST) as server:
        write_note(server.url, "kept")
        assert notes(server.url) == ["kept"]


def test_an_ordinary_user_starts_it_too(postgres_folder: Path, binaries: Path) -> None:
    home = postgres_folder / "home"
    home.mkdir()
    account = server_account()
    if account is not None:
        os.chown(home, account.uid, account.gid)
    with launched(home, binaries, account.uid if account else None) as launcher:
        write_note(launcher.url, "kept")
        assert notes(launcher.url) == ["kept"]
        assert (home / "data").stat().st_mode & 0o077 == 0
        assert launcher.stop() == 0


def test_a_home_the_server_cannot_enter_is_not_opened_up_but_avoided(postgres_folder: Path) -> None:
    private = postgres_folder / "private"
    private.mkdir(mode=0o700)
    options = ClusterOptions(durable=False, elsewhere=postgres_folder / "elsewhere")
    for text in ("first", "second"):
        with EmbeddedPostgres(private / "home", options) as server:
            write_note(server.url, text)
            assert running_url(private / "home") == server.url
    with EmbeddedPostgres(private / "home", options) as server:
        assert notes(server.url) == ["first", "second"]
    assert private.stat().st_mode & 0o777 == 0o700


def test_programs_the_server_cannot_reach_are_run_from_a_copy(postgres_folder: Path, home: Path) -> None:
    programs = find_binaries(None)
    package = programs.parent.parent
    private = postgres_folder / "private"
    private.mkdir(mode=0o700)
    (private / package.name).symlink_to(package)
    (private / f"{package.name}.libs").symlink_to(package.parent / f"{package.name}.libs")
    options = ClusterOptions(binaries=private / package.name / programs.parent.name / "bin", durable=False)
    with EmbeddedPostgres(home, options) as server:
        write_note(server.url, "kept")
        assert notes(server.url) == ["kept"]
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["long-" * 30, "with spaces, and: commas"])
def test_a_home_whose_path_cannot_name_a_socket_gets_one_elsewhere(postgres_folder: Path, name: str) -> None:
    home = postgres_folder / name
    with EmbeddedPostgres(home, FAST) as server:
        write_note(server.url, "kept")
        assert notes(server.url) == ["kept"]
        assert running_url(home) == server.url


def test_the_server_outlives_the_thread_that_started_it(home: Path) -> None:
    server = EmbeddedPostgres(home, FAST)
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    try:
        write_note(server.url, "kept")
        assert notes(server.url) == ["kept"]
    finally:
        server.stop()


def test_data_of_another_major_version_are_refused_with_both_versions_named(home: Path) -> None:
    with EmbeddedPostgres(home, FAST):
        pass
    (home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(StorageOfOtherVersion) as refused:
        EmbeddedPostgres(home, FAST).start()
    assert refused.value.found == 14


def test_a_server_that_does_not_come_up_says_why_and_leaves_the_folder_free(home: Path) -> None:
    with pytest.raises(StorageNotStarted, match="shared_buffers"):
        EmbeddedPostgres(home, ClusterOptions(shared_buffers="a lot", durable=False)).start()
    with EmbeddedPostgres(home, FAST) as server:
        assert server.pid is not None


def test_a_chosen_folder_without_programs_is_named(home: Path) -> None:
    with pytest.raises(StorageBinariesWrong, match="/nowhere"):
        EmbeddedPostgres(home, ClusterOptions(binaries=Path("/nowhere"))).start()


def test_what_people_write_never_reaches_the_servers_log(home: Path) -> None:
    with EmbeddedPostgres(home, FAST) as server:
        write_note(server.url, "private words")
        for statement in ("SELECT 'private words'::integer", "INSERT INTO note SELECT 'private words' FROM nowhere"):
            with pytest.raises(asyncpg.PostgresError):
                ask(server.url, lambda connection, text=statement: connection.execute(text))  # type: ignore[misc]
    assert "private words" not in (home / "postgres.log").read_text()


def test_stopping_twice_is_harmless(home: Path) -> None:
    server = EmbeddedPostgres(home, FAST).start()
    server.stop()
    server.stop()
    assert server.pid is None
