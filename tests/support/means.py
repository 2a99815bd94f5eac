"""The means by which tests deliver: with loopback allowed, where their endpoints are."""

from __future__ import annotations

from typing import Any

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import Destinations
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.means import Means
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.routes import Route
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.signatures import Secrets

HERE = Destinations.listed(allow=["127.0.0.0/8"])
LOOPBACK = Route(HERE)
UNSIGNED = Secrets()


def means(timeout: float, workers: int, secrets: Secrets = UNSIGNED, **route: Any) -> Means:
    """Means with a route to loopback, which is changed as wanted."""
    return Means(timeout, workers, Route(**{"destinations": HERE, **route}), secrets)
