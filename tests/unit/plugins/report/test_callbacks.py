"""The callbacks: their bodies, whose they are, and when they are sent."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from kit.builders.objects import digest_of, job, pod, record, strangers_job
from kit.builders.statuses import COMPLETE, CREATED_AT, ERROR, FAILED, TRACE, terminated

SEED_ID = "31a89a91-43d8-4786-a195-9b25cec28a44"
TIMES = {"startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:00:32Z"}
ENDS = {
    2: (job(SEED_ID, ended=COMPLETE, succeeded=1, **TIMES), [pod(phase="Succeeded")]),
    3: (job(SEED_ID, ended=FAILED, failed=1), [pod(phase="Failed", container=terminated(3))]),
}


def due(thing, pods=(), now=CREATED_AT):
    return callbacks.callbacks_due([thing], list(pods), now)


def created_of(made, later=()):
    return callbacks.inline_callbacks([made], CREATED_AT, list(later))


def bodies(thing, pods):
    return {each["status"]: json.loads(each["body"]) for each in due(thing, pods)}


def shape(value):
    """A value's keys and types, in their order."""
    if isinstance(value, dict):
        return [(name, shape(inner)) for name, inner in value.items()]
    return type(value)


@pytest.mark.parametrize(("status", "end"), [(0, 2), (1, 2), (2, 2), (3, 3)])
def test_a_body_has_the_specifications_fields_in_its_order(status, end, golden):
    expected = json.loads((golden / f"callback-status-{status}.json").read_text("utf-8"))

    body = bodies(*ENDS[end])[status]

    assert shape(body) == shape(expected)
    assert (body["id"], body["status"]) == (expected["id"], expected["status"])


def test_the_specifications_names_come_back():
    heard = bodies(*ENDS[2])

    assert heard[0]["detail"]["jobName"] == "bb-fbe70e59"
    assert heard[1]["detail"]["podName"] == "bb-fbe70e59-ww7g2"
    assert heard[2]["detail"] == {"duration": 32}


def test_a_job_that_failed_gives_a108_with_the_pods_reason_and_exit_code():
    error = bodies(*ENDS[3])[3]["detail"]["error"]

    assert error["errorCode"] == "A108"
    assert error["message"].startswith("BackoffLimitExceeded: ")
    assert error["message"].endswith("exit code 3")


def test_a_refused_message_gives_99_with_its_error():
    assert bodies(record("bad"), []) == {
        99: {"id": "bad", "status": 99, "detail": {"error": ERROR}}
    }


def test_status_1_names_the_pod_that_started_first():
    pods = [pod("late", start="2026-01-01T00:00:09Z"), pod("first")]

    first = next(one for one in due(job(), pods) if one["key"] == "1")

    assert json.loads(first["body"])["detail"] == {"podId": "uid-of-first", "podName": "first"}


def test_a_pod_that_is_gone_has_run_but_has_no_name():
    gone = bodies(job(ended=COMPLETE, succeeded=1), [])

    assert gone[1]["detail"] == {"podId": None, "podName": None}


def test_a_repeat_is_byte_identical_with_the_same_delivery_id():
    first, again = due(*ENDS[3]), due(*ENDS[3])

    assert first == again
    assert len({one["delivery_id"] for one in first}) == len(first)


def test_what_one_sender_causes_never_makes_a_receiver_drop_anothers_callback():
    marked = {"delivery-ids": "uid"}

    first, again, of_another = (
        due(job(uid=uid, annotations=marked)) for uid in ("uid-1", "uid-1", "uid-2")
    )

    assert [one["delivery_id"] for one in first] == ["uid-1-0"]
    assert first == again
    assert [one["delivery_id"] for one in of_another] == ["uid-2-0"]


def test_a_job_made_before_goes_on_with_the_delivery_ids_that_its_caller_may_have_heard():
    (one,) = due(job())

    assert one["delivery_id"] == digest_of("one") + "-0"


def test_a_callback_says_where_its_message_came_from():
    (known,) = due(job(annotations={"queue": "arn:a", "sender": "AIDA"}))
    (unknown,) = due(job())

    assert (known["queue"], known["sender"]) == ("arn:a", "AIDA")
    assert (unknown["queue"], unknown["sender"]) == (None, None)


def test_each_pod_that_starts_has_a_delivery_id_of_its_own():
    pods = [pod("first"), pod("second", start="2026-01-01T00:00:09Z")]

    starts = [one["delivery_id"] for one in due(job(settled="0"), pods)]

    assert len(set(starts)) == len(starts) == 2


def test_another_id_has_another_delivery_id():
    (one,), (other,) = due(job("one")), due(job("other"))

    assert one["delivery_id"] != other["delivery_id"]


def test_callers_without_an_id_are_told_apart_by_their_records():
    first, second, again = (due(record(None, digest=text))[0] for text in ("a", "b", "a"))

    assert first["delivery_id"] == again["delivery_id"] != second["delivery_id"]
    assert json.loads(first["body"])["id"] is None


def test_each_job_is_reported_with_its_own_pods():
    jobs = [job("one", uid="uid-1"), job("two", uid="uid-2"), job("three", uid="uid-3")]
    pods = [pod("p2", owner="uid-2"), pod("stray", owner="uid-9")]

    found = callbacks.callbacks_due(jobs, pods, CREATED_AT)

    assert [(one["id"], one["status"]) for one in found] == [
        *(("one", 0), ("two", 0), ("two", 1), ("three", 0))
    ]


def test_a_pod_without_an_owner_is_nobodys():
    stray = pod()
    del stray["metadata"]["ownerReferences"]

    assert [one["status"] for one in due(job(), [stray])] == [0]


def test_a_job_that_is_not_ours_is_not_reported():
    unlabelled = job()
    del unlabelled["metadata"]["labels"]

    assert due(strangers_job(), [pod()]) == due(unlabelled, [pod()]) == []


def test_a_record_beside_a_job_of_its_id_is_reported_with_a_delivery_id_of_its_own():
    cancelled = job("one", annotations={"error": ERROR})
    beside = [record("one", rejection="body-1"), record("one", rejection="body-2"), cancelled]

    found = callbacks.callbacks_due(beside, [], CREATED_AT)

    assert [one["status"] for one in found] == [99, 99, 0, 99]
    assert [one["record"] for one in found] == ["body-1", "body-2", None, None]
    assert len({one["delivery_id"] for one in found}) == 4


def test_a_record_of_an_earlier_version_has_the_delivery_id_that_it_had():
    (one,) = due(record("one"))

    assert one["delivery_id"] == digest_of("one") + "-99"


def test_a_callback_goes_to_the_jobs_webhook_or_nowhere():
    (told,), (silent,) = due(job(webhook="http://caller.example/a?b")), due(job(webhook=None))

    assert told["url"] == "http://caller.example/a?b"
    assert silent["url"] is None


def test_a_callback_knows_the_service_whose_secret_signs_it():
    (told,), (refused,) = due(job(service="billing")), due(record(service="billing"))
    (older,) = due(job(service=None))

    assert (told["service"], refused["service"], older["service"]) == ("billing", "billing", None)


def test_a_callback_goes_on_with_the_trace_of_its_message():
    traced = {"traceparent": TRACE}
    (told,), (refused,), (other,) = (
        due(job(annotations=traced)),
        due(record(annotations=traced)),
        due(job()),
    )

    assert [one["traceparent"] for one in (told, refused, other)] == [
        *(2 * [traced["traceparent"]]),
        None,
    ]


def test_nothing_is_sent_before_the_pause_after_a_refusal_is_over():
    refused = job(annotations={"retry": {"since": CREATED_AT, "tries": 1, "next": CREATED_AT + 8}})

    assert due(refused, now=CREATED_AT + 7.9) == []
    assert len(due(refused, now=CREATED_AT + 8)) == 1


def test_a_clock_that_was_ahead_delays_no_callback():
    ahead = CREATED_AT + 600
    tries = {"since": CREATED_AT, "tries": 3, "tried": ahead, "next": ahead + 8}
    refused = job(annotations={"retry": tries})

    assert len(due(refused, now=CREATED_AT + 1)) == 1
    assert due(refused, now=ahead + 1) == []


def test_a_moment_may_be_a_text_as_a_template_gives_it():
    assert due(job(), now=str(CREATED_AT)) == due(job())


def test_a_callback_knows_its_job_and_the_digest_by_which_it_is_found():
    (one,) = due(job("one"))
    (other,) = due(record("two"))

    assert (one["id_label"], one["job"]) == (digest_of("one"), "bb-" + digest_of("one")[:8])
    assert (other["id_label"], other["job"]) == (digest_of("two"), None)
    assert one["about"]["metadata"]["uid"] == job()["metadata"]["uid"]


def test_only_what_rests_on_pods_and_was_not_written_is_to_be_written():
    told = callbacks.callbacks_due([ENDS[3][0]], ENDS[3][1], CREATED_AT)
    written = job(annotations={"detail-1": {"podId": "u", "podName": "p"}}, settled="0")

    assert [one["key"] for one in callbacks.without_detail(told)] == ["1", "3"]
    assert callbacks.without_detail(due(written)) == []


def test_jobs_that_were_just_created_give_status_0():
    made = {"result": {"results": [{"result": job("a")}, {"result": job("b")}]}}

    assert [json.loads(one["body"])["status"] for one in created_of(made)] == [0, 0]
    assert created_of({"result": job("a"), "changed": True}) == created_of(made)[:1]


def test_jobs_that_were_not_created_give_nothing():
    failed = {"error": {"msg": "taken"}, "result": {}}
    made = {"result": {"results": [failed, {"result": job("b")}, {"result": {"kind": "Job"}}]}}

    assert [one["id"] for one in created_of(made)] == ["b"]
    assert created_of({"skipped": True}) == []


def test_jobs_that_were_just_created_leave_some_endpoints_for_later():
    made = {"result": job("a")}

    assert created_of(made, ["https://elsewhere.example"])
    assert created_of(made, [callbacks.endpoint_of(created_of(made)[0]["url"])]) == []


def test_a_delivery_is_known_by_its_id_and_its_status():
    (one,) = created_of({"result": job("a")})

    assert one["delivery_id"] == f"{one['id_label']}-0"


def test_what_waits_for_the_longest_comes_first():
    """An endpoint may have no time for all, and the last ones must not wait for ever."""
    waits = {"late": CREATED_AT, "new": None, "early": CREATED_AT - 10}
    jobs = [
        job(name, uid=f"uid-{name}", annotations={"retry": {"next": moment}} if moment else {})
        for name, moment in waits.items()
    ]

    found = callbacks.callbacks_due(jobs, [], CREATED_AT)

    assert [one["id"] for one in found] == ["new", "early", "late"]


def test_no_callback_names_the_password_that_its_jobs_url_holds():
    url = "https://user:s3cret@caller.example:8443/a@b?c=d@e"

    (found,) = callbacks.callbacks_due([job(webhook=url)], [], CREATED_AT)

    assert found["url"] == "https://caller.example:8443/a@b?c=d@e"
    assert "s3cret" not in json.dumps(found)


def test_the_callbacks_of_a_job_grow_with_the_number_of_its_pods_and_not_with_the_square_of_it():
    retry = {"status": 1, "tries": 1, "since": 1.0, "tried": 2.0, "next": 3.0, "error": "no" * 200}

    def size(count):
        details = {
            f"detail-1.uid-{n}": {"podId": f"uid-{n}", "podName": f"p{n}"} for n in range(count)
        }
        found = due(
            job(annotations={**details, "retry": retry}, webhook=f"http://a.example/{'p' * 500}")
        )
        assert len(found) == count + 1
        return len(json.dumps(found))

    assert size(80) < 2.2 * size(40)
