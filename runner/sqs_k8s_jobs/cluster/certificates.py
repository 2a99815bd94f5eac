"""Certificates of an API server that break RFC 5280: rejected with a hint, or allowed.

Python checks that from 3.13 on, and OpenSSL says in its own words what is missing. The setting
allow_nonstrict_certificates leaves out that check alone, here and in the modules of playbooks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from sqs_k8s_jobs.nonstrict import sitecustomize
from sqs_k8s_jobs.settings import Settings

# Errors of OpenSSL's strict mode alone, in its words.
RULES = (
    "cert info signature and signature algorithm mismatch",
    "Path length invalid for non-CA cert",
    "Path length given without key usage keyCertSign",
    "Key usage keyCertSign invalid for non-CA cert",
    "Issuer name empty",
    "Subject name empty",
    "Missing Authority Key Identifier",
    "Missing Subject Key Identifier",
    "Empty Subject Alternative Name extension",
    "Subject empty and Subject Alt Name extension not critical",
    "Basic Constraints of CA cert not marked critical",
    "Authority Key Identifier marked critical",
    "Subject Key Identifier marked critical",
    "CA cert does not include key usage extension",
    "Using cert extension requires at least X509v3",
)
_REFUSED = re.compile(f"certificate verify failed: (?:{'|'.join(RULES)})")
ADVICE = (
    "the API server's certificate breaks RFC 5280, which Python checks from 3.13 on:"
    " have it issued anew, or set allow_nonstrict_certificates"
)


def heed(client: Any, settings: Settings) -> None:
    """Have a client of Kubernetes allow what the settings allow."""
    if settings.allow_nonstrict_certificates:
        sitecustomize.allow(client.rest_client.pool_manager)


def for_modules(settings: Settings, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables with which the modules of a playbook allow what the settings allow."""
    if not settings.allow_nonstrict_certificates:
        return {}
    others = environment.get(sitecustomize.PATH)
    folders = [str(sitecustomize.FOLDER), *([others] if others else [])]
    return {sitecustomize.PATH: os.pathsep.join(folders)}


def explained(words: str, settings: Settings, server: str = "") -> str:
    """Return why something failed, with what to do where it was such a certificate.

    With the URL of the API server, this is all that is said of it.
    """
    refused = _REFUSED.search(words)
    if not refused or settings.allow_nonstrict_certificates:
        return words
    return f"{server}: {refused[0]}: {ADVICE}" if server else f"{words}: {ADVICE}"
