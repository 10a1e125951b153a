"""Of what a companion complains, the log gets events and ids, and nobody's words or number."""

import asyncio

from structlog.testing import capture_logs

from hebah.adapters.transports.companion.complaints import relay_log


async def relayed(*lines: str) -> list[dict[str, object]]:
    reader = asyncio.StreamReader(limit=2**16)
    reader.feed_data("".join(f"{line}\n" for line in lines).encode())
    reader.feed_eof()
    with capture_logs() as logged:
        await relay_log(reader, shard=2)
    return [dict(entry) for entry in logged]


async def test_events_and_ids_pass() -> None:
    device = "0193a2b1-1234-7abc-8def-001122334455"
    line = f'{{"level":"WARN","msg":"device_cut","device_id":"{device}","cause":"gateway_slow","count":3}}'
    assert await relayed(line) == [
        {
            "event": "companion_device_cut",
            "log_level": "warning",
            "shard": 2,
            "device_id": device,
            "cause": "gateway_slow",
            "count": 3,
        }
    ]


async def test_words_and_numbers_do_not() -> None:
    entries = await relayed(
        '{"level":"INFO","msg":"sent","error":"Selamat pagi, Aminah","cause":"60123456789","state":"lid:12345678901"}',
        '{"level":"INFO","msg":"sent","chat":"x","jid":"60123456789@s.whatsapp.net","text":"secret","code":463}',
        '{"level":"INFO","msg":"Got message from 60123456789"}',
        "Selamat pagi 60123456789",
        "x" * 100_000,
        '{"level":"INFO","msg":"after","count":1}',
    )
    assert entries == [
        {"event": "companion_sent", "log_level": "info", "shard": 2},
        {"event": "companion_sent", "log_level": "info", "shard": 2, "code": 463},
        {"event": "companion_after", "log_level": "info", "shard": 2, "count": 1},
    ]


async def test_of_a_crash_the_places_in_the_code_are_told() -> None:
    [crash] = await relayed(
        "panic: cannot send Selamat pagi to +60123456789",
        "goroutine 12 [running]:",
        "main.send(0xc000)",
        "\t/build/companion/internal/fleet/device.go:118 +0x1d4",
        "\t/go/pkg/mod/go.mau.fi/whatsmeow/send.go:240",
    )
    assert crash["event"] == "companion_crashed"
    assert crash["places"] == ["fleet/device.go:118", "whatsmeow/send.go:240"]
