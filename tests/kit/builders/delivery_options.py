"""Delivery options of tests: with loopback allowed, where their endpoints are."""

from __future__ import annotations

from typing import Any

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.delivery_options import (
    DeliveryOptions,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Destinations,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import Route
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.signatures import Secrets

PATIENCE = 60.0  # seconds after which something is broken, not slow
HERE = Destinations.listed(allow=["127.0.0.0/8"])
LOOPBACK = Route(HERE)
UNSIGNED = Secrets()


def options(
    timeout: float, workers: int, secrets: Secrets = UNSIGNED, **route: Any
) -> DeliveryOptions:
    """Options with a route to loopback, which is changed as wanted."""
    return DeliveryOptions(timeout, workers, Route(**{"destinations": HERE, **route}), secrets)


def deliver(*urls: str, timeout: float = PATIENCE, **route: Any) -> list[dict[str, Any]]:
    """Deliver a callback to each URL, one after the other, and return what came of each."""
    callbacks = [
        {"id": "one", "url": url, "status": n, "body": "{}", "delivery_id": f"one-{n}"}
        for n, url in enumerate(urls)
    ]
    return delivery.deliver(callbacks, options(timeout, 1, **route))
