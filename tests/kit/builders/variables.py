"""The variables that the tests' surroundings need: namespaces of their own, callers on loopback."""

from __future__ import annotations

from typing import Any

OWN: dict[str, Any] = {
    "submit_policy_namespaces": ["*", "default"],  # where records are, by its name alone
    "submit_record_namespace": "default",  # it is there
    "report_record_namespace": "default",
    "report_webhook_allow": ["127.0.0.0/8"],
}
