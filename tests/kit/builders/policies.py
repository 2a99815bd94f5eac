"""The operator's policy in tests: the role's own defaults, with what a test wants changed."""

from __future__ import annotations

from typing import Any

import yaml

from kit.paths import ROLES

POLICY = ROLES / "submit/defaults/main/policy.yml"


def policy(**own: Any) -> dict[str, Any]:
    """The variables of the policy, without their prefix, with other values for some."""
    defaults = yaml.safe_load(POLICY.read_text("utf-8"))
    return {**{name.removeprefix("submit_policy_"): defaults[name] for name in defaults}, **own}


def rules(**own: Any) -> Any:
    """The rules for a service without any of its own."""
    from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.rules import Policy

    return Policy(policy(**own)).of_service("example")


def allows(check: Any, thing: Any, **own: Any) -> bool:
    """Tell whether a check of the policy lets a message or a Job pass."""
    from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.checks import Forbidden

    try:
        check(thing, rules(**own))
    except Forbidden:
        return False
    return True
