# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Signatures of callbacks, as the Standard Webhooks specification has them.

Each service has a secret of its own, or two of them while one takes the other's place:
each callback is then signed by both.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..common.pyyaml import yaml

DEFAULT = "default"  # instead of a service: every service that is not named
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret
MAX_SECRETS = 2  # secrets of one service


class InvalidSecret(ValueError):
    """A secret cannot be used; names the service and never the secret."""


@dataclass(frozen=True)
class Secrets:
    """The keys of each service."""

    keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)

    def headers(
        self, service: str | None, delivery_id: str, body: bytes, now: float
    ) -> dict[str, str]:
        """Return the headers that sign an attempt; none where the service has no secret."""
        keys = self.keys.get(self.owner(service))
        if not keys:
            return {}
        moment = str(int(now))
        content = "{0}.{1}.".format(delivery_id, moment).encode("utf-8") + body
        found = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
        signed = " ".join("v1,{0}".format(base64.b64encode(one).decode("ascii")) for one in found)
        return {"webhook-timestamp": moment, "webhook-signature": signed}

    def owner(self, service: str | None) -> str:
        """Return whose secret signs for a service: its own, or that of all that are not named."""
        return service if service and service in self.keys else DEFAULT


def read(secrets: Any) -> Secrets:
    """Read a mapping of services to a secret, a list of two, or a text with one per line."""
    if not isinstance(secrets, Mapping) or not secrets:
        raise InvalidSecret("there is no secret: what maps a service to its secret is missing")
    return Secrets({str(name): _keys(str(name), given) for name, given in secrets.items()})


def read_path(path: str) -> Secrets:
    """Read a file of YAML or JSON, or a folder with a file for each service."""
    try:
        if Path(path).is_dir():
            files = [one for one in Path(path).iterdir() if one.is_file()]
            return read({one.name: one.read_text("utf-8") for one in files if _is_one(one)})
        return read(yaml.safe_load(Path(path).read_text("utf-8")))
    except OSError as exc:
        raise InvalidSecret("{0} cannot be read: {1}".format(path, exc.strerror)) from exc
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        # Nothing of it is quoted: the line is a secret.
        raise InvalidSecret("{0} is neither YAML nor JSON".format(path)) from None
    except InvalidSecret as exc:
        raise InvalidSecret("{0}: {1}".format(path, exc)) from exc


def _is_one(file: Path) -> bool:
    """Tell whether a file is a service's; Kubernetes has C(..data) beside them."""
    return not file.name.startswith(".")


def _keys(service: str, given: Any) -> tuple[bytes, ...]:
    texts = given.split() if isinstance(given, str) else given
    if not isinstance(texts, list) or not 0 < len(texts) <= MAX_SECRETS:
        raise InvalidSecret("service {0}: give one secret, or a list of two".format(service))
    return tuple(_key(service, text) for text in texts)


def _key(service: str, text: Any) -> bytes:
    try:
        if not str(text).startswith(PREFIX):
            raise ValueError  # noqa: TRY301 - it is as wrong as any other text
        key = base64.b64decode(str(text).strip()[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST <= len(key) <= LONGEST:
        words = "service {0}: a secret is {1} and {2} to {3} bytes in base64"
        raise InvalidSecret(words.format(service, PREFIX, SHORTEST, LONGEST))
    return key
