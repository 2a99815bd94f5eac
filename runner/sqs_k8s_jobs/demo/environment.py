"""The environment in which the demo and its runner find SQS's API on this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping

# Variables that `use_local_sqs` sets, with what each says where it is not set.
UNSET = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
}
REGION = "AWS_DEFAULT_REGION"
ENDPOINT = "AWS_ENDPOINT_URL"
SET = (f"{ENDPOINT}_SQS", REGION, *UNSET)
WITHOUT_PROXY = ("NO_PROXY", "no_proxy")
LOOPBACK = "127.0.0.1"


def previous_values() -> dict[str, str]:
    """Return the variables that `use_local_sqs` changes, as they are."""
    region = {REGION: os.environ[REGION]} if REGION in os.environ else {}  # empty, it is an error
    return {name: os.environ.get(name, unset) for name, unset in UNSET.items()} | region


def use_local_sqs(local: Mapping[str, str]) -> None:
    """Set what the SDK needs for SQS on this machine, whatever this user's settings of AWS are."""
    others = {name: value for name, value in local.items() if name != ENDPOINT}
    os.environ.update(others)
    os.environ[f"{ENDPOINT}_SQS"] = local[ENDPOINT]
    os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false"


def bypass_proxies() -> None:
    """Let what is on this machine be reached without a proxy."""
    for name in WITHOUT_PROXY:
        listed = [os.environ.get(name, ""), LOOPBACK]
        os.environ[name] = ",".join(one for one in listed if one)
