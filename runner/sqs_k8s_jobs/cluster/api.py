"""The door to the Kubernetes API: lists and watches, as the JSON that comes.

The client's models are left out: to make them of all Jobs costs many times what is done with them.
"""

from __future__ import annotations

import atexit
import errno
import functools
import json
import tempfile
from collections.abc import Callable, Generator, Iterator
from typing import Any

import kubernetes.client
import kubernetes.config
import urllib3.exceptions

from sqs_k8s_jobs import temp_dirs
from sqs_k8s_jobs.cluster import certificates, no_proxy
from sqs_k8s_jobs.cluster.client import Client, asked
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings

JOBS = "/apis/batch/v1/jobs"
PODS = "/api/v1/pods"
RECORDS = "/api/v1/namespaces/{}/configmaps"
CONNECT_SECONDS = 5
LIST_SECONDS = 60
MOST_OF_PAGE = 4 * 1024 * 1024  # bytes of one answer to a list: they take up to eleven times that
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
FAULTS = (kubernetes.client.ApiException, urllib3.exceptions.HTTPError, OSError, ValueError)


class WatchExpired(ValueError):
    """The watch cannot continue from its version: list again."""


class TooLarge(ValueError):
    """An answer to a list has too many bytes: ask for fewer objects."""


class Collection:
    """The objects of one kind that selectors name."""

    def __init__(self, path: str, ask: Callable[..., Any], selectors: dict[str, str]) -> None:
        self.path = path
        self._ask = ask
        self._selectors = selectors

    def page(self, limit: int, after: str | None = None) -> Any:
        """Return one page of a list of them; `after` is the previous page's continue token.

        Raises TooLarge where these are too many, unless it is one, else FAULTS.
        """
        further = {"_continue": after} if after else {}
        response = self._request(LIST_SECONDS, limit=limit, **further)
        try:
            data = response.read(MOST_OF_PAGE if limit > 1 else None)
            if limit > 1 and response.read(1):
                response.close()
                raise TooLarge(f"{self.path}: {limit} objects are over {MOST_OF_PAGE} bytes")
            return json.loads(data)
        finally:
            response.release_conn()

    def changes(self, version: str, seconds: int) -> Generator[dict[str, Any], None, None]:
        """Return the events after a version, as they come, for a limited time.

        Raises WatchExpired where the API server does not know the version any more, else FAULTS.
        """
        response = self._request(
            seconds + 30, watch=True, resource_version=version, timeout_seconds=seconds
        )
        try:
            for line in _lines(response):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise WatchExpired(event["object"].get("message"))
                yield event
        finally:
            response.close()

    def _request(self, seconds: int, **query: Any) -> Any:
        """Return the answer, of which nothing is read yet; raises ApiException if it is no 2xx."""
        return self._ask(
            **self._selectors,
            **query,
            _preload_content=False,
            _request_timeout=(CONNECT_SECONDS, seconds),
        )


def jobs(client: Client, **selectors: str) -> Collection:
    """Return the Jobs of all namespaces."""
    ask = functools.partial(
        asked, client, kubernetes.client.BatchV1Api(client).list_job_for_all_namespaces
    )
    return Collection(JOBS, ask, selectors)


def pods(client: Client, **selectors: str) -> Collection:
    """Return the Pods of all namespaces."""
    ask = functools.partial(
        asked, client, kubernetes.client.CoreV1Api(client).list_pod_for_all_namespaces
    )
    return Collection(PODS, ask, selectors)


def records(client: kubernetes.client.ApiClient, namespace: str, **selectors: str) -> Collection:
    """Return the ConfigMaps of a namespace."""
    lists = kubernetes.client.CoreV1Api(client).list_namespaced_config_map
    ask = functools.partial(asked, client, lists, namespace)
    return Collection(RECORDS.format(namespace), ask, selectors)


def configuration(
    kubeconfig: str, context: str, place: str | None = None
) -> kubernetes.client.Configuration:
    """Return the client's configuration for a context, or for the Pod's cluster without a context.

    Certificates in a kubeconfig become files in a place, which it reads at each new connection.
    Raises kubernetes.config.ConfigException where there is none, and what its reading raises.
    """
    found = kubernetes.client.Configuration()
    if context:
        kubernetes.config.load_kube_config(
            config_file=kubeconfig or None,
            context=context,
            client_configuration=found,
            temp_file_path=place,
        )
    else:
        kubernetes.config.load_incluster_config(client_configuration=found)
    no_proxy.heed(found)
    return found


def connect(settings: Settings) -> Client:
    """Return a client for the cluster that the settings name.

    Raises OperatorError where there is none, or its API does not answer, and where the files of
    its certificates cannot be written.
    """
    server, place = "", _place(settings)
    try:
        load = functools.partial(configuration, settings.kubeconfig, settings.context, place)
        client = Client(load, settings)
        server = client.configuration.host
        jobs(client).page(1)
    except (*FAULTS, kubernetes.config.ConfigException) as exc:
        if isinstance(exc, OSError) and exc.errno in NO_ROOM:
            raise _unwritten(settings, exc) from exc
        name = f"context {settings.context}" if settings.context else "this pod's own cluster"
        reason = certificates.explained(words(exc), settings, server)
        raise OperatorError(f"the cluster ({name}) cannot be used: {reason}") from exc
    return client


def _place(settings: Settings) -> str:
    """Make a folder for files that stay for weeks: the system's is cleaned of old files."""
    try:
        made = temp_dirs.make(temp_dirs.parent(settings.temp_dir), "access-")
    except OSError as exc:
        raise _unwritten(settings, exc) from exc
    atexit.register(temp_dirs.remove, made)
    return str(made)


def _unwritten(settings: Settings, exc: OSError) -> OperatorError:
    folder = temp_dirs.parent(settings.temp_dir) or tempfile.gettempdir()
    return OperatorError(
        f"files cannot be written in {folder}: {exc.strerror};"
        " make room there, or name another folder with temp_dir"
    )


def words(exc: Exception) -> str:
    """Return in short what went wrong."""
    if isinstance(exc, kubernetes.client.ApiException):
        return f"{exc.status} {exc.reason}"
    return str(exc) or type(exc).__name__


def _lines(response: Any) -> Iterator[bytes]:
    rest = b""
    for part in response.stream(amt=None, decode_content=False):
        *lines, rest = (rest + part).split(b"\n")
        yield from (line for line in lines if line)
