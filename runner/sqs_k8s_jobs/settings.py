"""The runner's settings: one name each, in a file, the environment or a flag."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from sqs_k8s_jobs import queue_urls, setting_names
from sqs_k8s_jobs.errors import OperatorError

ENVIRONMENT_PREFIX = "SQS_K8S_JOBS_"


def _setting(default: Any, text: str, **limits: Any) -> Any:
    return field(default=default, metadata={"help": text, **limits})


@dataclass(frozen=True)
class Settings:
    """Name in a file: as here. In the environment: SQS_K8S_JOBS_ and the name in capitals.
    As a flag: -- and the name with dashes; what is true or false is switched off by --no- and the
    name. A flag beats the environment, which beats the file.
    AWS access and endpoint come from the SDK's own chain.
    """

    queue_url: str = _setting(
        "",
        "URL of the SQS queue; of several queues, each with an optional =WEIGHT",
        written=queue_urls.written,
    )
    dead_letter_queue_url: str = _setting(
        "", "URL of the dead-letter queue (default: that of each queue's redrive policy)"
    )
    allow_missing_dead_letter_queue: bool = _setting(
        False, "run without a dead-letter queue: an invalid message then stays in the queue"
    )
    kubeconfig: str = _setting("", "kubeconfig file (default: the SDK's own)")
    context: str = _setting("", "context in the kubeconfig; required outside a cluster")
    allow_nonstrict_certificates: bool = _setting(
        False, "accept certificates of the API server that lack what Python demands from 3.13 on"
    )
    variables_file: str = _setting("", "YAML file with variables for the playbooks")
    record_namespace: str = _setting(
        "sqs-k8s-jobs", "namespace of the records of rejected messages and expired callbacks"
    )
    leader_election_lease: str = _setting(
        "",
        "name of the Lease in record_namespace for leader election; required for several runners"
        " (default: none)",
    )
    submit_playbook: str = _setting("sqs_k8s.jobs.submit", "playbook that turns messages into Jobs")
    report_playbook: str = _setting("sqs_k8s.jobs.report", "playbook that sends callbacks")
    golden_playbook: str = _setting(
        "sqs_k8s.jobs.golden", "playbook that checks changed templates and variables"
    )
    collections_path: str = _setting(
        "", "folder of collections, searched before Ansible's own paths"
    )
    submit_batch_size: int = _setting(
        400, "maximum number of messages in a run of submit", minimum=1, maximum=1000
    )
    submit_concurrency: int = _setting(
        2, "maximum number of concurrent runs of submit", minimum=1, maximum=8
    )
    report_batch_size: int = _setting(
        400, "maximum number of Jobs in a run of report", minimum=1, maximum=1000
    )
    receive_wait_time: int = _setting(10, "seconds of a long poll", minimum=0, maximum=20)
    visibility_timeout: int = _setting(
        120,
        "seconds for which messages in flight are hidden, extended while they are processed",
        minimum=10,
        maximum=43200,
    )
    resync_interval: int = _setting(
        300, "seconds between two relists of all Jobs", minimum=5, maximum=86400
    )
    retry_backoff: int = _setting(
        5,
        "seconds until the first retry; the backoff doubles with each retry",
        minimum=1,
        maximum=600,
    )
    retry_backoff_max: int = _setting(
        300, "maximum number of seconds between two retries of a message", minimum=1, maximum=43200
    )
    give_up_after: int = _setting(
        3600,
        "seconds for which a message at its last receive is retried before its caller hears 99",
        minimum=60,
        maximum=36000,
    )
    stop_timeout: int = _setting(
        60,
        "seconds for which a stopping runner retries messages at their last receive",
        minimum=0,
        maximum=3600,
    )
    run_timeout: int = _setting(
        600,
        "maximum number of seconds for a run of a playbook; a longer run is killed, and its"
        " messages are retried one by one",
        minimum=10,
        maximum=86400,
    )
    fork_server: bool = _setting(
        True,
        "fork ansible-playbook and each module from a process that has imported them; starting"
        " them anew takes several times as long",
    )
    temp_dir: str = _setting(
        "", "folder for a run's files (default: a memory file system, where there is one)"
    )
    metrics_bind_address: str = _setting(
        "", "HOST:PORT that serves /metrics, /healthz and /readyz (default: none)"
    )
    ready_file: str = _setting("", "file that exists while the runner is ready")
    log_format: str = _setting("text", "text or json", choices=("text", "json"))

    @property
    def weights(self) -> dict[str, int]:
        """The URL of each queue and its weight, in their order."""
        return queue_urls.weights(self.queue_url)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add one flag per setting, and --config."""
    parser.add_argument("--config", metavar="FILE", help="YAML file with settings")
    for one in fields(Settings):
        flag = "--" + one.name.replace("_", "-")
        shown = "" if one.default in ("", MISSING) else f" (default: {one.default})"
        if one.type == "bool":
            parser.add_argument(
                flag, action=argparse.BooleanOptionalAction, help=one.metadata["help"] + shown
            )
        elif "written" in one.metadata:
            parser.add_argument(
                flag, action="append", metavar="VALUE", help=one.metadata["help"] + shown
            )
        else:
            parser.add_argument(flag, metavar="VALUE", help=one.metadata["help"] + shown)


def load(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a command line, the environment and a file.

    Raises OperatorError, naming the setting and where it came from.
    """
    setting_names.check_environment(environment, ENVIRONMENT_PREFIX, _names())
    config = arguments.config or environment.get(ENVIRONMENT_PREFIX + "CONFIG")
    in_file = _read_file(Path(config)) if config else {}
    values: dict[str, Any] = {}
    for one in fields(Settings):
        variable = ENVIRONMENT_PREFIX + one.name.upper()
        flag = getattr(arguments, one.name, None)
        if flag is not None:
            values[one.name] = _convert(one, flag, "--" + one.name.replace("_", "-"))
        elif variable in environment:
            values[one.name] = _convert(one, environment[variable], variable)
        elif in_file.get(one.name) is not None:
            values[one.name] = _convert(one, in_file[one.name], f"{one.name} in {config}")
    return Settings(**values)


def check(settings: Settings, environment: Mapping[str, str] = os.environ) -> None:
    """Raise OperatorError where settings that `run` needs are missing or unusable."""
    if not settings.queue_url:
        raise OperatorError(_missing("queue_url", "the URL of the SQS queue with the messages"))
    if len(settings.weights) > settings.submit_batch_size:
        raise OperatorError(
            f"submit_batch_size: {settings.submit_batch_size} has no place for a message of each of"
            f" the {len(settings.weights)} queues in queue_url"
        )
    if not settings.context and not environment.get("KUBERNETES_SERVICE_HOST"):
        raise OperatorError(_missing("context", "which context of the kubeconfig to use"))
    for name in ("kubeconfig", "variables_file"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise OperatorError(f"{name}: there is no file {path}")


def _missing(name: str, what: str) -> str:
    flag, variable = "--" + name.replace("_", "-"), ENVIRONMENT_PREFIX + name.upper()
    return f"{name} is not set: name {what} with {flag}, {variable} or in the settings file"


def _read_file(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError) as exc:
        raise OperatorError(f"the settings file {path} cannot be read: {exc}") from exc
    if not isinstance(values, dict):
        raise OperatorError(f"the settings file {path} is not a list of names and values")
    setting_names.check(values, _names(), f"the settings file {path}")
    return values


def _names() -> list[str]:
    return [one.name for one in fields(Settings)]


def _convert(one: Any, value: Any, source: str) -> Any:
    if "written" in one.metadata:
        return one.metadata["written"](value, source)
    text = str(value).strip()
    if one.type == "bool":
        if text.lower() in ("true", "yes", "1", "false", "no", "0"):
            return text.lower() in ("true", "yes", "1")
        raise OperatorError(f"{source}: {text!r} is neither true nor false")
    if one.type == "int":
        low, high = one.metadata["minimum"], one.metadata["maximum"]
        if not text.isdecimal() or not low <= int(text) <= high:
            raise OperatorError(f"{source}: {text!r} is not a whole number from {low} to {high}")
        return int(text)
    choices = one.metadata.get("choices")
    if choices and text not in choices:
        raise OperatorError(f"{source}: {text!r} is none of {', '.join(choices)}")
    return text
