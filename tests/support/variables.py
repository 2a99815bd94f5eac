"""The variables that the tests' surroundings need: namespaces of their own, callers on loopback."""

from __future__ import annotations

from typing import Any

OWN: dict[str, Any] = {
    "submit_policy_namespaces": ["*"],
    "report_webhook_allow": ["127.0.0.0/8"],
}
