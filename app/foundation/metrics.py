"""What the service counts about itself, for Prometheus."""

import os
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which workers keep their figures, so that each can tell those of all."""
REQUESTS = Counter("onrecord_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "onrecord_request_seconds",
    "Seconds until the answer was sent.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SEARCH_DUE = Gauge(
    "onrecord_search_due",
    "Statements and names that are still to be analysed for searching.",
    multiprocess_mode="mostrecent",
)
DELIVERIES_PENDING = Gauge(
    "onrecord_webhook_deliveries_pending",
    "Deliveries that are still to be sent to webhooks that are enabled.",
    multiprocess_mode="mostrecent",
)
EMBEDDING_DUE = Gauge(
    "onrecord_embedding_due",
    "Statements that are still to be embedded, to be found by their meaning.",
    multiprocess_mode="mostrecent",
)
REPLICA_READS = Counter(
    "onrecord_replica_reads_total",
    "Reads that the replica could answer, by who did.",
    ["answered_by"],
)
REPLICA_WELL = Gauge(
    "onrecord_replica_well",
    "Whether the replica answers, and isn't too far behind: 1 or 0.",
    multiprocess_mode="mostrecent",
)
REPLICA_LAG = Gauge(
    "onrecord_replica_lag_seconds",
    "Seconds for which the primary has had what the replica hasn't.",
    multiprocess_mode="mostrecent",
)
REPLICA_LAG_BYTES = Gauge(
    "onrecord_replica_lag_bytes",
    "Bytes of the primary's log that the replica hasn't replayed.",
    multiprocess_mode="mostrecent",
)
MEDIA_TYPE = CONTENT_TYPE_LATEST


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request, and how long its answer took."""
    number, took = _of(method, route, status)
    number.inc()
    took.observe(seconds)


@cache
def _of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Find the figures of requests like this: by their labels, which takes longer than to count."""
    return REQUESTS.labels(method, route, status), SECONDS.labels(route)


def exposition() -> bytes:
    """Write the figures of all workers down, in Prometheus's text format."""
    if SHARED not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
