"""Callbacks that nobody accepts: tried again with pauses, kept at last, and replayed."""

import json

from kit.servers.endpoint import Endpoint, with_status

EXPIRED = "sqs-k8s.jobs/expired"
FOREVER = {"report_retry_backoff": 600, "report_retry_backoff_max": 600}


def test_a_callback_that_was_not_accepted_is_not_tried_again_before_its_pause_is_over(
    submitted, report, receiver, jobs
):
    submitted("paused")
    jobs.until_ended()
    receiver.answer = lambda _body: 500
    report("paused", **FOREVER)
    tries = len(receiver.callbacks())
    receiver.answer = None

    report("paused", **FOREVER)

    assert len(receiver.callbacks()) == tries == 1
    retry = json.loads(jobs.one()["metadata"]["annotations"]["sqs-k8s.jobs/retry"])
    assert (retry["tries"], retry["error"]) == (1, "HTTP status 500")
    assert retry["next"] > retry["since"]


def test_a_repeat_is_the_same_to_the_byte_although_its_pod_is_gone(
    submitted, report, receiver, jobs
):
    submitted("same-bytes", env=[{"name": "FAKE_EXIT_CODE", "value": "3"}])
    jobs.until_ended()
    receiver.answer = lambda body: 500 if body["status"] == 1 else 200
    report("same-bytes", report_retry_backoff=0)
    jobs.kubectl("delete", "pods", "--all")
    receiver.answer = lambda body: 500 if body["status"] == 3 else 200
    report("same-bytes", report_retry_backoff=0)
    receiver.answer = None

    report("same-bytes", report_retry_backoff=0)

    assert receiver.statuses_of("same-bytes") == [0, 1, 3]
    for status in (1, 3):
        tries = [one for one in receiver.callbacks() if one.body["status"] == status]
        assert len(tries) == 2
        assert len({(one.raw, one.delivery_id) for one in tries}) == 1


def test_what_expires_is_kept_listed_and_replayed(
    submitted, report, receiver, playbook, jobs, namespace
):
    submitted("expired")
    jobs.until_ended()
    receiver.answer = lambda _body: 503
    said = [  # one callback after the other expires
        report("expired", report_retry_max_age=0, report_record_namespace=namespace)
        for _ in range(3)
    ]
    given_up = (
        "expired: it was not accepted for as long as report_retry_max_age allows: HTTP status"
    )
    assert [one.stdout.count(given_up) for one in said] == [1, 1, 1]
    refused = {one.body["status"]: one.raw for one in receiver.callbacks()}
    assert set(refused) == {0, 1, 2}
    assert jobs.one()["metadata"]["labels"]["sqs-k8s.jobs/done"] == "true"
    receiver.answer = None
    heard = len(receiver.callbacks())

    shown = playbook("replay.yml", "--check", report_record_namespace=namespace)
    server = receiver.url.removesuffix("/callbacks")
    assert f"expired: 2 to {server} - HTTP status 503" in shown.stdout
    assert len(receiver.callbacks()) == heard

    playbook("replay.yml", report_record_namespace=namespace)
    assert receiver.statuses_of("expired") == [0, 1, 2]
    assert {one.body["status"]: one.raw for one in receiver.callbacks()[heard:]} == refused
    kept = json.loads(jobs.kubectl("get", "configmaps", "-l", "sqs-k8s.jobs/id", "-o", "json"))
    assert kept["items"] == []


def test_a_replay_that_is_refused_again_keeps_the_callback_until_it_has_been_there_for_too_long(
    submitted, report, receiver, playbook, jobs, namespace
):
    submitted("twice")
    receiver.answer = lambda _body: 503
    report("twice", report_retry_max_age=0, report_record_namespace=namespace)

    done = playbook("replay.yml", report_record_namespace=namespace, fails=True)

    assert "1 not accepted: HTTP status 503" in done.stdout
    (kept,) = jobs.all("configmaps")

    jobs.kubectl("label", "cm", kept["metadata"]["name"], f"{EXPIRED}=20200101", "--overwrite")
    again = playbook("report.yml", report_record_namespace=namespace)  # one that looks at all

    assert "expired callbacks removed" in again.stdout
    assert jobs.all("configmaps") == []


def test_an_endpoint_that_is_gone_is_given_up_soon_and_all_that_it_missed_is_kept(
    submitted, report, receiver, playbook, jobs, namespace
):
    submitted("gone")
    jobs.until_ended()
    receiver.answer = lambda _body: 410
    for _ in range(5):  # three times status 0, and once each of the others
        report("gone", report_retry_backoff=0, report_record_namespace=namespace)

    assert [one.body["status"] for one in receiver.callbacks()] == [0, 0, 0, 1, 2]
    assert jobs.one()["metadata"]["labels"]["sqs-k8s.jobs/done"] == "true"
    receiver.answer = None
    playbook("replay.yml", report_record_namespace=namespace)
    assert receiver.statuses_of("gone") == [0, 1, 2]


def test_what_a_slow_endpoint_has_no_time_for_comes_with_the_next_report_and_was_not_tried(
    submit, report, message, jobs
):
    ids = [f"slow-{number}" for number in range(6)]
    with Endpoint() as slow:

        def answer(handler):
            slow.released.wait(0.3)
            with_status(200)(handler)

        slow.answer = answer
        submit(*[{**message(one), "webhook": {"url": slow.url}} for one in ids])
        jobs.until_ended()
        reports = 0
        while len(slow.requests) < 3 * len(ids):
            before = len(slow.requests)
            report(*ids, report_webhook_timeout=0.5)
            reports += 1
            assert len(slow.requests) > before
            found = [one["metadata"]["annotations"] for one in jobs.all()]
            assert not any("sqs-k8s.jobs/retry" in one for one in found)

        assert reports > 1
        assert len({one.headers["webhook-id"] for one in slow.requests}) == len(slow.requests)


def test_what_an_earlier_version_kept_elsewhere_is_moved_and_replayed(
    submitted, report, receiver, playbook, jobs, namespace, cluster
):
    submitted("kept-elsewhere")
    receiver.answer = lambda _body: 503
    report("kept-elsewhere", report_retry_max_age=0, report_record_namespace=namespace)
    (before,) = jobs.all("configmaps")
    receiver.answer, heard = None, len(receiver.callbacks())
    home = {"report_record_namespace": f"{namespace[:50]}-new"}

    for _ in range(2):  # the second time there is nothing to do
        playbook("move_records.yml", **{"from": namespace}, **home)

    assert jobs.all("configmaps") == []
    playbook("replay.yml", **home)
    (again,) = receiver.callbacks()[heard:]
    assert again.raw == receiver.callbacks()[0].raw
    assert before["metadata"]["name"] not in cluster.kubectl(
        "-n", home["report_record_namespace"], "get", "configmaps", "-o", "name"
    )


def test_the_namespace_of_records_is_created_with_the_first_expired_callback(
    submitted, report, receiver, cluster, namespace
):
    submitted("first")
    receiver.answer = lambda _body: 503
    home = f"{namespace[:50]}-new"

    report("first", report_retry_max_age=0, report_record_namespace=home)

    assert "configmap/sqs-k8s-jobs-" in cluster.kubectl(
        "-n", home, "get", "configmaps", "-o", "name"
    )
