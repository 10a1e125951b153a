import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hebah.foundation.logging import REDACTED, configure, redact


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A log of our own; afterwards the process logs as before."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()  # forget that we configured it, too
    structlog.configure(**before)


def test_bodies_phones_and_secrets_are_blanked_however_deep() -> None:
    event = {
        "event": "message_settled",
        "outbox_id": "0190",
        "body": "hello",
        "details": {"phone": "+60123456789", "attempt": 2, "tries": [{"token": "abc"}]},
    }
    assert redact(None, "info", event) == {
        "event": "message_settled",
        "outbox_id": "0190",
        "body": REDACTED,
        "details": {"phone": REDACTED, "attempt": 2, "tries": [{"token": REDACTED}]},
    }


def test_rows_in_database_errors_and_passwords_in_addresses_are_blanked() -> None:
    event = {
        "event": "job_failed",
        "exception": "UniqueViolationError: duplicate key\nDETAIL:  Key (phone)=(+60123456789) already exists.",
        "place": "postgresql://shop:hunter2@host/db",
    }
    shown = str(redact(None, "error", event))
    assert "+60123456789" not in shown
    assert "hunter2" not in shown
    assert "duplicate key" in shown


def test_our_lines_and_a_librarys_lines_come_out_as_one_kind_of_json(stream: io.StringIO) -> None:
    configure(as_json=True, level="info", stream=stream)
    structlog.get_logger("hebah.outbox").info("claimed", rows=3, phone="+60123456789")
    logging.getLogger("library").warning("slow %s", "query")
    logging.getLogger("library").debug("unheard")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (ours["event"], ours["rows"], ours["phone"], ours["level"]) == ("claimed", 3, REDACTED, "info")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("slow query", "warning", "library")
    assert ours["timestamp"].endswith("Z")


def test_an_exception_is_logged_with_its_traceback_for_people(stream: io.StringIO) -> None:
    configure(as_json=False, stream=stream)
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        structlog.get_logger("hebah").exception("job_failed", job="retention")
    assert "job_failed" in stream.getvalue()
    assert "ZeroDivisionError" in stream.getvalue()
