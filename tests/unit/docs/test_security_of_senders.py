"""SECURITY.md's sentences about hostile messages: each is the name of a test here."""

import json
import logging
import re
import time

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import printable
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import records, selectors
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events, job_table
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.image_patterns import Images
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks, writes
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import outcomes
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import urls
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.ports import (
    ORDINARY,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Blocked,
    Destinations,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import Route
from kit.builders.creations import without_pilots
from kit.builders.objects import digest_of, job
from kit.builders.outcomes import outcome, refused
from kit.builders.rendering import entry, message, render
from kit.models.memory_queue import message as a_message
from kit.models.memory_queue import messages
from kit.models.submitting import Harness
from kit.paths import ROOT
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.report import attempts

PAGE = ROOT / "SECURITY.md"
HEADING = "## Hostile messages"
READING = "TASK [sqs_k8s.jobs.submit : Read the messages]"


def sentences():
    """The names that tests have for the sentences of the page."""
    part = PAGE.read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0]
    found = re.findall(r"^- (.*?)\.$", part, re.MULTILINE | re.DOTALL)
    return ["test_" + re.sub("[^a-z0-9]+", "_", one.lower()) for one in found]


def test_each_sentence_of_the_page_is_a_test():
    assert sentences()
    assert [one for one in sentences() if one not in globals()] == []


@pytest.mark.parametrize(
    "body",
    [
        lambda size: message(command=["a\n" * (size // 2)]),
        lambda size: message(args=["x" * (size // 1000)] * 1000),
        lambda size: {**message(), **{f"x{n}": "y" * (size // 900) for n in range(900)}},
    ],
    ids=["a text", "texts", "unknown fields"],
)
def test_reading_judging_and_rendering_a_message_takes_time_in_proportion_to_its_size(body):
    def seconds(size):
        sent = body(size)
        began = time.process_time()
        render(sent)
        return time.process_time() - began

    seconds(1000)  # which compiles the template
    small, large = (min(seconds(size) for _ in range(3)) for size in (30_000, 240_000))
    assert large < 24 * small


@pytest.mark.parametrize(
    "more",
    [
        {"a": [[0] * 1000] * 20},
        {"job": {f"x{number}": 1 for number in range(1001)}},
        {"x" * 513: 1},
    ],
    ids=["values", "names", "a name"],
)
def test_a_message_of_very_many_values_or_of_very_many_or_very_long_names_is_rejected(more):
    error = entry({**message(), **more})["error"]

    assert error["errorCode"] == "A110"
    assert re.search("than the limit of (20000|1000|512) ", error["message"])


@pytest.mark.parametrize("number", [1e308, -1e308, 1e63, 5e-324, 10**18, 9])
def test_a_message_is_passed_on_at_about_its_own_length_whatever_numbers_it_has(number):
    body = {**message(), "x": [number] * 10_000}

    assert len(json.dumps(entry(body)["message"])) < 2 * len(json.dumps(body))


def is_found(record, selector):
    """Tell whether a label selector finds a record; a term is `label` or `label in (a,b)`."""
    labels = record["metadata"]["labels"]
    for name, _in, values in (term.partition(" in ") for term in selector):
        if labels.get(name) not in (values.strip("()").split(",") if values else labels.values()):
            return False
    return True


def rejection(body):
    """The record of a body that is rejected."""
    own = {"webhook": "http://a.example/", "record": "r", "rules_digest": "j", "generation": 0}
    return records.rejection_record({**entry(body), **own}, "jobs", [], "2026-01-01T00:00:00Z")


def test_another_body_of_an_id_is_judged_without_a_read_of_its_rejected_bodies_however_many():
    one = {**message("one"), "service": "-"}
    others = [rejection({**one, "x": number}) for number in range(3)]

    selector = selectors.selectors([entry(one)])["records"]

    assert [is_found(other, selector) for other in others] == [False] * 3
    assert is_found(rejection(one), selector)


def test_a_report_of_a_job_or_of_a_record_reads_no_other_record_of_its_id():
    record = rejection({**message("one"), "service": "-"})
    assert selectors.id_digests([job("one"), record]) == sorted([digest_of("one"), "r"])

    (due,) = callbacks.callbacks_due(
        [{**record, "metadata": {**record["metadata"], "uid": "u"}}], [], 0
    )
    left = {**due, "accepted": False, "postponed": True, "error": "not tried"}
    unwritten = writes.events([{"uid": "u", "thing": record, "error": "no"}], [due])
    assert [attempts.digest(one) for one in [*events.of_answers([left]), *unwritten]] == ["r", "r"]


def test_a_large_message_does_not_leave_a_large_pod_for_each_of_many_retries():
    def error_of(size, retries):
        (one,) = render(message(args=["x" * size], backoffLimit=retries))
        return str(one["error"])

    assert "pods of" in error_of(10**6, 100)
    assert "above the limit of" in error_of(10**6, 16)
    assert [error_of(10**6, 5), error_of(10**5, 100)] == ["None", "None"]


def test_a_message_that_stalls_its_run_is_retried_alone_and_rejected_and_its_batch_runs():
    stalls, works = RunResult(error="too long", ended_in=READING), RunResult([outcome("0000")])
    harness = Harness(stalls, stalls, works, RunResult([refused("0000", delivered=True)]))
    harness.in_flight.add(harness.queue.url, messages(2), more=False)

    for _ in range(4):
        batch = harness.in_flight.next_batch()
        harness.submitter.submit(batch)
        harness.in_flight.batch_finished(batch)
        if harness.in_flight._pauses:
            harness.in_flight.resume()

    assert harness.queue.deleted == ["m1", "m0"]
    assert [one[0] for one in harness.dead_letters.sent] == ["{}"]


def test_a_pattern_of_images_allows_no_registry_that_is_named_like_an_image():
    assert Images(["busybox*"]).allow("busybox:1.36")
    assert not Images(["busybox*"]).allow("busybox.evil.example/busybox:1.36")
    assert not Images(["registry.example/*"]).allow("registry.example.evil.example/tool")


def test_a_pattern_of_images_with_a_tag_allows_no_digest_behind_it():
    assert not Images(["busybox:1.36*"]).allow("busybox:1.36@sha256:" + "a" * 64)


def test_a_pattern_of_images_for_an_organisation_of_docker_hub_allows_no_other_organisation():
    assert Images(["team/*"]).allow("docker.io/team/tool:1")
    assert not any(map(Images(["team/*"]).allow, ["evil/tool", "busybox", "docker.io/evil/team/x"]))


@pytest.mark.parametrize("host", ["index.docker.io", "docker.io:443", "Registry-1.Docker.io:0443"])
def test_a_registry_is_the_same_however_its_host_and_port_are_spelt(host):
    assert Images(["busybox"]).allow(f"{host}/library/busybox")
    assert not Images(["*", "!busybox"]).allow(f"{host}/library/busybox")


@pytest.mark.parametrize("host", ["[2001:db8:0::1]", "[2001:DB8::1]:443", "[2001:0db8::0:1]"])
def test_a_registry_that_is_an_address_is_the_same_however_that_is_spelt(host):
    assert Images(["[2001:db8::1]/*"]).allow(f"{host}/tool")
    assert not Images(["*", "![2001:db8::1]/*"]).allow(f"{host}/tool")


@pytest.mark.parametrize("image", ["a" * 64, "sha256:" + "a" * 64, "sha256:abcdef"])
def test_an_image_is_not_allowed_by_its_id_or_the_beginning_of_it(image):
    assert not Images(["docker.io/*", "sha256:*", "a*"]).allow(image)


@pytest.mark.parametrize(
    "port",
    [
        *(22, 25, 110, 143, 445, 1414, 2003, 3260, 3268, 3306, 4505, 4730, 5269, 5432, 5433, 6379),
        *(6432, 6443, 7687, 9100, 9200, 9418, 10250, 11211, 11300, 28015, 33060),
    ],
)
def test_a_callback_goes_to_no_port_that_is_no_web_server_s(port):
    with pytest.raises(Blocked, match=f"port {port} is not allowed"):
        Route(resolve=lambda *_, **__: pytest.fail("looked up")).allowed("a.example", port)
    for web in (None, 80, 443, 3000, 8080, 8443, 50_000):
        ORDINARY.check("a.example", web)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "fd00:ec2::254"),
        *("fd00:42::42", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::127.0.0.1", "ff02::1"),
    ],
)
def test_a_host_that_is_allowed_by_name_opens_no_loopback_and_no_link_local_address(address):
    listed = Destinations.listed(allow=["hooks.example"])
    listed.check("hooks.example", "10.0.0.5")

    with pytest.raises(Blocked, match="not allowed"):
        listed.check("hooks.example", address)
    Destinations.listed(allow=["hooks.example", address]).check("hooks.example", address)


@pytest.mark.parametrize(
    "host",
    ["\uff4cocalhost", "169\u3002254.169.254", "localhost..", "a..example", ".a", "a%2e", ""],
)
def test_behind_a_proxy_no_callback_goes_to_a_fullwidth_host_or_one_with_an_empty_label(host):
    route = Route(resolve=lambda *_, **__: pytest.fail("looked up"))

    with pytest.raises(Blocked, match="no host name"):
        route.check_for_proxy(host, None)


def test_behind_a_proxy_no_callback_goes_to_an_address_with_a_zone():
    route = Route(resolve=lambda *_, **__: pytest.fail("looked up"))

    with pytest.raises(Blocked):
        route.check_for_proxy("[fe80::a9fe:a9fe%eth0]", 80)
    assert "a zone" in str(urls.fault("http://[2606:4700::1%25eth0]/"))


@pytest.mark.parametrize("host", ["010.0.0.1", "0x8.8.8.8", "134744072", "8.8.2056", "08.8.8.8"])
def test_behind_a_proxy_no_callback_goes_to_an_address_in_a_form_that_some_read_as_another_address(
    host,
):
    route = Route(resolve=lambda *_, **__: pytest.fail("looked up"))

    with pytest.raises(Blocked, match="in a form of its own"):
        route.check_for_proxy(host, 80)


UNSEEN = (
    "\u202e\u2066\u200b\u200d\u2060\ufeff\u00ad\u061c"
    "\u3164\u115f\uffa0\u2800\ufe0f\u034f\U000e0041\U000e0101"
    "\U00013441\U00013442\U0001bc9d\U0001da7f\U0001da80"
)


def logged(**values):
    """A line of the log for people."""
    record = logging.makeLogRecord({"msg": "action", "levelname": "INFO", "values": values})
    return log._Text().format(record)


def shown_of(message_id):
    """All that a person is shown of a message with this id, a name in it, and a word in it."""
    body = {**message(message_id), message_id: 1}
    read = entry(body)
    wrong = entry({**body, "job": {message_id: 1, "image": message_id}})
    forbidden = render(message(message_id, namespace="default", image=message_id))
    became = [
        {
            **read,
            "name": None,
            "namespace": None,
            "outcome": "created",
            "delivered": None,
            "attempted": True,
            "invented": False,
        }
    ]
    unstarted = job(annotations={"error": {"errorCode": "A105", "message": message_id}})
    (event,) = events.of_outcomes([{**became[0], "reason": message_id, "fault": False}])
    return [
        *job_table.table([job(message_id)], [], 0),
        *(logged(id=message_id), logged(error=f"no {message_id}"), logged(warnings=[message_id])),
        *(events.line(event), str(event["id"]), *map(str, events.of_read([read]))),
        events.line({"event": "line", "text": message_id}),
        terminations.failure(unstarted),
        *(*read["warnings"], wrong["error"]["message"], str(forbidden[0]["error"])),
    ]


def test_one_message_that_the_cluster_refuses_for_now_pauses_no_other_one():
    fails = RunResult([outcome("0000", "retry", error="its registry does not answer")])
    harness = Harness(fails, RunResult([outcome("0000")]), held_pause=3600)
    harness.submit(a_message("bad"))

    harness.submit(a_message("good"))

    assert harness.submissions[1].waiting == {}
    assert harness.queue.deleted == ["good"]
    assert harness.health.ready


def test_a_namespace_that_only_a_pattern_allows_and_the_credentials_do_not_is_no_operator_fault():
    invented = message(namespace="team-nowhere")
    read = entry(invented)
    status = {"code": 403, "message": 'jobs is forbidden: User "r" cannot create resource "jobs"'}
    denied = {"error": {"msg": f"Failed to create object: {json.dumps(status).encode()!r}"}}

    def became(*namespaces):
        rendered = render(invented, rules={"namespaces": list(namespaces)})
        (one,) = outcomes.outcomes([read], [], rendered, without_pilots(denied))
        return one["outcome"], one["fault"]

    assert became("team-*") == ("retry", False)
    assert became("team-*", "team-nowhere") == ("retry", True)


def test_bidirectional_and_invisible_characters_of_a_message_are_shown_escaped():
    for one in UNSEEN:
        found = [text for text in shown_of(f"a{one}b") if one in text]
        assert found == [], ascii(one)


def test_what_nobody_sees_is_the_same_for_the_log():
    assert log.INVISIBLE == printable.INVISIBLE
