"""The region of a queue: from its URL where AWS is there, else from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")  # boto3 itself reads the second alone
# Endpoints of SQS: of a region, with FIPS, of a VPC, and with both IP versions.
_OF_AWS = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*sqs(?:-fips)?\.([a-z]{2}[a-z0-9-]*-[0-9]+)\.(?:vpce\.)?"
    r"(?:amazonaws\.com(?:\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)(?::[0-9]+)?/.*",
    re.IGNORECASE,
)


def region_of(url: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the region of a queue; None where neither its URL nor the environment names one.

    The URL comes first, since a request for another region finds no such queue.
    """
    found = _OF_AWS.fullmatch(url)
    if found:
        return found[1].lower()
    return next((environment[one] for one in VARIABLES if environment.get(one)), None)
