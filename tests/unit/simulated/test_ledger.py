"""The ledger keeps what it was told, also after its writer died, and its judge sees repeats and losses."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from hebah.adapters.transports.simulated.judge import judge
from hebah.adapters.transports.simulated.ledger import Ledger, LedgerLine, read_ledger

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def line(wire_id: str, to: str = "+60123456789", device: int = 1) -> LedgerLine:
    return LedgerLine(AT, UUID(int=device), "+601110000001", to, wire_id, "text", "ab" * 32)


def test_a_reopened_ledger_continues(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    first = Ledger(path)
    first.append(line("M1"))
    first.close()
    second = Ledger(path)
    second.append(line("M2", device=2))
    assert (second.count, second.count_of(UUID(int=1)), second.count_of(UUID(int=2))) == (2, 1, 1)
    assert second.lines() == [line("M1"), line("M2", device=2)]
    second.close()


def test_flushed_lines_are_in_the_file_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.append(line("M1"))
    ledger.flush()
    assert list(read_ledger(path)) == [line("M1")]
    ledger.close()


def test_half_a_line_of_a_dead_writer_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    writer = Ledger(path)
    writer.append(line("M1"))
    writer.close()
    with path.open("ab") as file:
        file.write(b'{"at":"2026-01')
    assert list(read_ledger(path)) == [line("M1")]
    ledger = Ledger(path)
    ledger.append(line("M2"))
    assert [kept.wire_id for kept in ledger.lines()] == ["M1", "M2"]
    ledger.close()


def test_a_ledger_without_a_file_keeps_its_lines() -> None:
    ledger = Ledger(None)
    ledger.append(line("M1"))
    assert ledger.lines() == [line("M1")]


def test_the_judge_counts_repeats_by_message_and_by_recipient() -> None:
    verdict = judge([line("M1"), line("M1"), line("M2", device=2), line("M3", to="+60129999999")])
    assert verdict.lines == 4
    assert verdict.repeated_wire_ids == {"M1": 2}
    assert verdict.repeated_recipients == {"+60123456789": 3}
    assert not verdict.is_clean


def test_the_judge_tells_what_is_missing_and_what_is_too_much() -> None:
    verdict = judge([line("M1"), line("M2")], expected_wire_ids=["M2", "M3"])
    assert (verdict.missing, verdict.unexpected) == (frozenset({"M3"}), frozenset({"M1"}))
    assert judge([line("M1")], expected_wire_ids=["M1"]).is_clean
