"""The figures that this process keeps of itself, for whoever watches a running Hebah. Labels are few and known: no ids.

What the database knows (queue, devices, holds) is asked when somebody looks: see `hebah.app.figures`.
"""

import gc
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

REGISTRY: Final = CollectorRegistry()
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

SENDS: Final = Counter(
    "hebah_sends", "Messages handed to links, by what became of them.", ["outcome"], registry=REGISTRY
)
RECEIVES: Final = Counter("hebah_received", "Events of links that were stored.", ["kind"], registry=REGISTRY)
CLAIM_SECONDS: Final = Histogram(
    "hebah_claim_seconds", "One claim of due messages.", buckets=_SECONDS, registry=REGISTRY
)
SETTLE_SECONDS: Final = Histogram(
    "hebah_settle_seconds", "One transaction that writes outcomes.", buckets=_SECONDS, registry=REGISTRY
)
LINKS: Final = Gauge("hebah_links", "Links of this process that should answer.", registry=REGISTRY)
DEVICES_HELD: Final = Gauge("hebah_devices_held", "Devices that this gateway holds.", registry=REGISTRY)
SOCKETS: Final = Gauge("hebah_live_sockets", "Browsers that follow live events here.", registry=REGISTRY)
EVENT_LAG_SECONDS: Final = Histogram(
    "hebah_event_lag_seconds", "From an event's record to its telling browsers.", buckets=_SECONDS, registry=REGISTRY
)
JOB_RUNS: Final = Counter("hebah_job_runs", "Runs of periodic jobs.", ["job", "outcome"], registry=REGISTRY)
JOB_SECONDS: Final = Histogram(
    "hebah_job_seconds", "How long periodic jobs take.", ["job"], buckets=(0.01, 0.1, 1, 10, 60, 600), registry=REGISTRY
)
POOL: Final = Gauge("hebah_database_connections", "Connections of the pool.", ["state"], registry=REGISTRY)
FROZEN: Final = Gauge(
    "hebah_frozen_objects",
    "Objects that no look for garbage walks through; 0 in a process that is not yet settled.",
    registry=REGISTRY,
)
FROZEN.set_function(gc.get_freeze_count)
BUILD: Final = Gauge("hebah_build_info", "Always 1.", ["version"], registry=REGISTRY)

ProcessCollector(registry=REGISTRY)


def mean(histogram: Histogram) -> float | None:
    """The mean of everything observed since the process began; None before anything was."""
    [family] = histogram.collect()
    values = {sample.name.rpartition("_")[2]: sample.value for sample in family.samples}
    return values["sum"] / values["count"] if values["count"] else None


def page(*more: CollectorRegistry) -> bytes:
    """Everything as Prometheus reads it."""
    return b"".join(generate_latest(registry) for registry in (REGISTRY, *more))
