"""A start that cannot succeed says why in one sentence that names what to change, and ends soon."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hebah.app.cli import main
from tests.rooms import room

HEBAH = str(Path(sys.executable).with_name("hebah"))
SOON_S = 45  # a start that hangs is given up; how long the machine takes to begin Python is not judged
START_S = 40
SECRET = "unmistakable-password"


@pytest.fixture
def home() -> Iterator[Path]:
    with room("test") as folder:
        yield folder / "data"


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DB_URI", "HOST", "TZ"} and not name.startswith("HEBAH_")
    }
    return {**kept, "HEBAH_HOME": str(home), "PORT": "0", **settings}


def start_in_vain(home: Path, command: str = "up", **settings: str) -> tuple[int, str]:
    """The exit code and the only line that was printed."""
    ended = subprocess.run(
        [HEBAH, command],
        env=surroundings(home, **settings),
        capture_output=True,
        text=True,
        timeout=SOON_S,
        check=False,
    )
    return ended.returncode, only_line(ended.stdout, ended.stderr)


def only_line(out: str, err: str) -> str:
    """What a failed start says: one line, on stderr, without a password."""
    assert out == ""
    assert SECRET not in err
    lines = err.splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("hebah: ")
    return lines[0].removeprefix("hebah: ")


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("DATABASE_URL", "mysql://root@localhost/shop", "not a PostgreSQL address"),
        ("DATABASE_URL", "just some words", "not a PostgreSQL address"),
        ("DATABASE_URL", f"postgresql://me:{SECRET}@localhost:no-number/shop", "not a PostgreSQL"),
        ("DB_URI", "localhost:5432", "not a PostgreSQL address"),
        ("PORT", "eighty", "a number between 1 and 65535"),
        ("PORT", "70000", "a number between 1 and 65535"),
        ("HEBAH_PUBLIC_URL", "hebah.example.com", "not a web address"),
        ("HEBAH_LOG", "xml", "neither json nor console"),
        ("HEBAH_LOG_LEVEL", "loud", "none of DEBUG"),
        ("HEBAH_SIMULATED", "perhaps", "neither on nor off"),
        ("HEBAH_LEASE_TTL_S", "soon", "a number of at least 1"),
        ("HEBAH_CONNECT_RATE", "-3", "a number of at least 0.1"),
        ("HEBAH_DATABASE_CONNECTIONS", "nan", "a number of at least 4"),
        ("HEBAH_CRASH_AT", "nowhere", "nowhere"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    home: Path,
    variable: str,
    value: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Nothing is begun, so the command may run in this process; to begin another takes a hundred times as long.
    for name in os.environ.keys() - surroundings(home).keys():
        monkeypatch.delenv(name)
    for name, given in surroundings(home, **{variable: value}).items():
        monkeypatch.setenv(name, given)
    with pytest.raises(SystemExit) as ended:
        main(["up"])
    told = capsys.readouterr()
    said = only_line(told.out, told.err)
    assert ended.value.code == 2
    assert variable in said
    assert reason in said
    assert not home.exists()


def test_a_host_that_is_none_of_this_machines_is_told_by_its_setting(home: Path) -> None:
    code, said = start_in_vain(home, HOST="no-such-host.invalid")
    assert code == 2
    assert "HOST" in said
    assert "not an address of this machine" in said
    assert not home.exists()


@pytest.mark.parametrize("command", ["up", "gateway", "migrate"])
def test_a_database_on_a_closed_port_is_told_by_its_setting(home: Path, command: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        code, said = start_in_vain(home, command, DATABASE_URL=f"postgresql://me:{SECRET}@127.0.0.1:{port}/shop")
    assert code == 1
    assert "DATABASE_URL" in said
    assert f"127.0.0.1:{port}/shop" in said
    assert "no PostgreSQL answers there" in said


def test_a_database_on_an_unknown_host_is_told_by_its_setting(home: Path) -> None:
    code, said = start_in_vain(home, DATABASE_URL=f"postgresql+asyncpg://me:{SECRET}@no-such-host.invalid/shop")
    assert code == 1
    assert "DATABASE_URL" in said
    assert "no-such-host.invalid" in said


def test_a_refused_password_is_told_by_its_setting(home: Path) -> None:
    with answering(_refuse_password) as port:
        code, said = start_in_vain(home, DATABASE_URL=f"postgresql://me:{SECRET}@127.0.0.1:{port}/shop?sslmode=disable")
    assert code == 1
    assert "DATABASE_URL" in said
    assert "the user name or password was refused" in said


def test_a_database_that_never_answers_is_given_up_soon(home: Path) -> None:
    with answering(_stay_silent) as port:
        code, said = start_in_vain(home, DATABASE_URL=f"postgresql://me:{SECRET}@127.0.0.1:{port}/shop")
    assert code == 1
    assert "DATABASE_URL" in said
    assert "did not answer in time" in said


def test_a_taken_port_names_the_setting_and_starts_nothing(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = start_in_vain(home, PORT=str(port))
    assert code == 1
    assert f"Port {port} on 127.0.0.1 is in use" in said
    assert "PORT=" in said
    assert not home.exists()


def test_a_gateway_beside_no_hebah_says_what_it_needs(home: Path) -> None:
    code, said = start_in_vain(home, "gateway")
    assert code == 1
    assert "DATABASE_URL" in said
    assert "HEBAH_HOME" in said


@pytest.mark.parametrize("command", ["up", "migrate"])
def test_a_home_that_cannot_be_made_is_told_by_its_setting(home: Path, command: str) -> None:
    home.write_text("a file stands where the folder should be")
    code, said = start_in_vain(home, command)
    assert code == 2
    assert "HEBAH_HOME" in said
    assert str(home) in said
    assert home.read_text() == "a file stands where the folder should be"


@pytest.mark.timeout(120)
def test_a_second_hebah_on_the_same_home_refuses_and_leaves_the_first_alone(home: Path) -> None:
    with subprocess.Popen(
        [HEBAH, "up"],
        env=surroundings(home, HEBAH_LOG_LEVEL="ERROR"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as first:
        overdue = threading.Timer(START_S, first.kill)
        overdue.start()
        assert first.stdout is not None
        try:
            assert first.stdout.readline().startswith("Hebah is ready.")
            code, said = start_in_vain(home)
            assert code == 1
            assert str(home) in said
            assert str(first.pid) in said
            assert first.poll() is None
        finally:
            overdue.cancel()
            first.terminate()
            first.communicate(timeout=START_S)
        assert first.returncode == 0


Answer = Callable[[socket.socket], None]


@contextmanager
def answering(answer: Answer) -> Iterator[int]:
    """A server that treats every connection the same way; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in kept:
            connection.close()


def _refuse_password(connection: socket.socket) -> None:
    connection.recv(4096)
    fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0"
    connection.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
    connection.close()


def _stay_silent(connection: socket.socket) -> None:
    """Say nothing, and keep the line."""
