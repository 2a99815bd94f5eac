"""A Lease as the lock of the Kubernetes client's own leader election, which has none for it."""

from __future__ import annotations

import functools
import json
import logging
import socket
import uuid
from datetime import UTC, datetime
from typing import Any

import kubernetes.client
import urllib3.exceptions
from kubernetes.leaderelection.electionconfig import Config
from kubernetes.leaderelection.leaderelection import LeaderElection
from kubernetes.leaderelection.leaderelectionrecord import LeaderElectionRecord

from sqs_k8s_jobs.cluster.client import asked

# The election would log each of its looks. In clients before 35 it does so through the root logger,
# which it turns on as it is imported.
for _logger in (logging.getLogger(), logging.getLogger("leaderelection")):
    _logger.setLevel(logging.WARNING)

LEASE_SECONDS = 15  # after which a Lease that is not renewed is anybody's
RENEW_SECONDS = 10  # for which a holder relies on its last renewal
RETRY_SECONDS = 1  # between two looks
STANDBY = "sqs-k8s.jobs/standby"  # an annotation of the Lease: who else works, and when it said so
REQUEST_SECONDS = 5  # that the API server may take
FAULTS = (kubernetes.client.ApiException, urllib3.exceptions.HTTPError, OSError, ValueError)


class LeaseLock:
    """One Lease, for one candidate. What the election calls as it likes; it may raise FAULTS."""

    def __init__(
        self, client: kubernetes.client.ApiClient, name: str, namespace: str, identity: str
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.identity = identity
        self._api = kubernetes.client.CoordinationV1Api(client)
        self._asked = functools.partial(asked, client)
        self._seen: Any = None

    def get(self, name: str, namespace: str) -> tuple[bool, Any]:
        """Return the record, or the API server's answer where there is no Lease."""
        try:
            self._seen = self._asked(
                self._api.read_namespaced_lease, name, namespace, _request_timeout=REQUEST_SECONDS
            )
        except kubernetes.client.ApiException as exc:
            if _says_there_is_none(exc):
                return False, exc
            raise
        spec = self._seen.spec
        return True, LeaderElectionRecord(
            spec.holder_identity or None,  # nobody's, since it was released
            spec.lease_duration_seconds,
            spec.acquire_time and spec.acquire_time.isoformat(),
            spec.renew_time and spec.renew_time.isoformat(),
        )

    def create(self, name: str, namespace: str, election_record: LeaderElectionRecord) -> bool:
        """Create the Lease; False where another was faster."""
        del name
        metadata = kubernetes.client.V1ObjectMeta(name=self.name)
        lease = kubernetes.client.V1Lease(metadata=metadata, spec=_spec(election_record))
        return _unless_another_was_faster(
            lambda: self._api.create_namespaced_lease(
                namespace, lease, _request_timeout=REQUEST_SECONDS
            )
        )

    def update(self, name: str, namespace: str, election_record: LeaderElectionRecord) -> bool:
        """Write the Lease as it was read last; False where another was faster."""
        self._seen.spec = _spec(election_record)
        return _unless_another_was_faster(
            lambda: self._api.replace_namespaced_lease(
                name, namespace, self._seen, _request_timeout=REQUEST_SECONDS
            )
        )

    @property
    def standby(self) -> str | None:
        """The last announcement of another candidate beside the holder."""
        metadata = self._seen.metadata if self._seen else None
        text = ((metadata and metadata.annotations) or {}).get(STANDBY)
        return None if text is None or text.startswith(f"{self.identity} ") else text

    def stand_by(self) -> bool:
        """Write on the Lease that was read last that this candidate works too; False where
        another was faster, or there is no Lease.
        """
        if self._seen is None:
            return False
        metadata = self._seen.metadata
        said = f"{self.identity} {datetime.now(UTC).isoformat()}"
        metadata.annotations = {**(metadata.annotations or {}), STANDBY: said}
        return _unless_another_was_faster(
            lambda: self._api.replace_namespaced_lease(
                self.name, self.namespace, self._seen, _request_timeout=REQUEST_SECONDS
            )
        )

    def release(self) -> None:
        """Make the Lease nobody's, if it is this candidate's."""
        there, record = self.get(self.name, self.namespace)
        if there and record.holder_identity == self.identity:
            record.holder_identity = ""
            self.update(self.name, self.namespace, record)


def identity() -> str:
    """Return a name for this runner, which no other runner has."""
    return f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}"


def election(lock: LeaseLock) -> LeaderElection:
    """Return the client's own election for a Lease; the caller takes its steps."""
    return LeaderElection(
        Config(lock, LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS, lambda: None, lambda: None)
    )


def _says_there_is_none(exc: Any) -> bool:
    """Tell whether it is the API server that says so: others give a 404 too, of which the election
    of clients before 37 breaks.
    """
    try:
        return bool(exc.status == 404 and json.loads(exc.body)["code"] == 404)
    except (TypeError, ValueError, KeyError):
        return False


def _unless_another_was_faster(call: Any) -> bool:
    try:
        call()
    except kubernetes.client.ApiException as exc:
        if exc.status == 409:
            return False
        raise
    return True


def _spec(record: LeaderElectionRecord) -> kubernetes.client.V1LeaseSpec:
    return kubernetes.client.V1LeaseSpec(
        holder_identity=record.holder_identity,
        lease_duration_seconds=LEASE_SECONDS,
        acquire_time=_moment(record.acquire_time),
        renew_time=datetime.now(UTC),
    )


def _moment(text: str | None) -> datetime:
    """Return a time in UTC; the election writes local times, without a zone."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else datetime.now(UTC)
