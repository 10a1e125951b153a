"""Waits for a Hebah to answer, for the benchmarks of its starts."""

import threading
import time

import httpx

GIVE_UP_AFTER_S = 600.0
ASKED_EVERY_S = 0.02


def seconds_until_ready(port: int, began: float) -> float:
    """Seconds from `began` (performance counter) to the first good answer of /ready on this port."""
    nap = threading.Event()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as browser:
        while time.perf_counter() - began < GIVE_UP_AFTER_S:
            try:
                if browser.get("/ready").is_success:
                    return time.perf_counter() - began
            except httpx.TransportError:
                pass
            nap.wait(ASKED_EVERY_S)
    raise TimeoutError(f"not ready after {GIVE_UP_AFTER_S} s")
