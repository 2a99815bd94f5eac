"""Writes onto Jobs and records before and after callbacks are sent."""

import json
import math
from itertools import pairwise

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import (
    deliveries,
    receipts,
    retries,
)
from kit.builders.objects import annotated, job, merged, pod, record
from kit.builders.statuses import COMPLETE, CREATED_AT, FAILED, condition, terminated
from kit.models.reports import ALL, CONFLICT, LIMITS, NOW, WRITTEN, answered, due, sent

DONE = (job(ended=COMPLETE, succeeded=1), [pod(phase="Succeeded")])
LOST = (job(ended=FAILED, failed=1), [pod("p", "Failed", container=terminated(3))])


def receipt(thing, pods=(), accepting=ALL, now=NOW, limits=LIMITS):
    (patch,) = receipts.receipt_patches(
        answered(sent(thing, list(pods), now), accepting), now, limits
    )
    return patch


def tries_of(patch):
    return json.loads(annotated(patch)["retry"])


def reported(patch):
    names = annotated(patch)
    return [name.removeprefix("reported-") for name in names if name.startswith("reported-")]


def next_look(patch):
    return state.parse_time(annotated(patch)["next-look"])


def test_what_rests_on_pods_is_written_down_for_the_job_as_it_was_read():
    (patch,) = deliveries.detail_patches(due(LOST[0], pods=LOST[1]))

    written = {name: json.loads(text) for name, text in annotated(patch).items()}
    assert list(written) == ["detail-1", "detail-3"]
    assert written["detail-1"] == {"podId": "uid-of-p", "podName": "p"}
    assert written["detail-3"]["error"]["errorCode"] == "A108"
    assert patch["metadata"]["resourceVersion"] == "7"


def test_what_was_written_down_or_will_not_go_away_is_not_written():
    told = job(settled="0", annotations={"detail-1": {"podId": "uid-of-p", "podName": "p"}})

    assert deliveries.detail_patches(due(told, pods=[pod("p")])) == []
    assert deliveries.detail_patches(due(job("other"), record("bad"))) == []


def test_where_nothing_had_to_be_written_everything_is_sent():
    found = due(job())

    assert (
        deliveries.sendable(found, {"skipped": True}) == deliveries.sendable(found, None) == found
    )


def test_what_could_not_be_written_down_is_not_sent_nor_what_comes_after_it():
    found = due(*DONE[:1], pods=DONE[1])

    assert [one["key"] for one in deliveries.sendable(found, CONFLICT)] == ["0"]
    assert [one["key"] for one in deliveries.sendable(found, WRITTEN)] == ["0", "1", "2"]


def test_a_write_that_failed_holds_back_its_own_job_only():
    jobs = [job(name, uid=f"uid-{name}") for name in "abc"]
    pods = [pod(f"p{name}", owner=f"uid-{name}") for name in "ac"]
    found = due(*jobs, pods=pods)

    going = deliveries.sendable(found, {"patched": CONFLICT["patched"] + WRITTEN["patched"]})

    assert [(one["id"], one["key"]) for one in going] == [
        *(("a", "0"), ("b", "0"), ("c", "0"), ("c", "1"))
    ]


def test_a_write_without_a_result_has_failed():
    jobs = [job(name, uid=f"uid-{name}", settled="0") for name in "ab"]
    found = due(*jobs, pods=[pod(f"p{name}", owner=f"uid-{name}") for name in "ab"])

    assert [one["id"] for one in deliveries.sendable(found, WRITTEN)] == ["a"]


def test_a_receipt_says_of_each_callback_when_it_was_accepted():
    running = job(settled="0")

    patch = receipt(running, [pod()])

    assert annotated(patch)["reported-1"] == state.format_time(NOW)
    assert reported(patch) == ["1"]
    assert {name: patch["metadata"][name] for name in ("namespace", "name", "uid")} == {
        name: running["metadata"][name] for name in ("namespace", "name", "uid")
    }
    assert "labels" not in patch["metadata"]


def test_a_receipt_holds_however_the_job_has_changed_meanwhile():
    assert "resourceVersion" not in receipt(job())["metadata"]


def test_the_receipts_of_two_reporters_do_not_undo_each_other():
    one, other = receipt(*DONE, accepting=1), receipt(*DONE)

    for order in ((one, other), (other, one)):
        assert set(state.completed_callbacks(merged(DONE[0], *order))) == {"0", "1", "2"}


def test_a_jobs_receipt_is_one_for_all_of_its_statuses_and_marks_it_done_at_the_end():
    patch = receipt(*DONE)

    assert reported(patch) == ["0", "1", "2"]
    assert patch["metadata"]["labels"] == {"sqs-k8s.jobs/done": "true"}


def test_an_end_that_was_not_accepted_leaves_the_job_open():
    patch = receipt(*DONE, accepting=2)

    assert reported(patch) == ["0", "1"]
    assert "labels" not in patch["metadata"]


def test_each_job_and_record_has_a_receipt_of_its_own():
    found = due(job("one", uid="uid-1"), record("bad"), job("two", uid="uid-2"))

    patches = receipts.receipt_patches(answered(found), NOW, LIMITS)

    assert [patch["metadata"]["uid"] for patch in patches] == ["uid-1", "uid-of-record", "uid-2"]


def test_what_was_not_accepted_leaves_why_since_when_and_when_to_try_again():
    tries = tries_of(receipt(*DONE, accepting=0))

    assert tries == {**tries, "status": 0, "since": NOW, "tries": 1, "error": "HTTP status 500"}
    assert tries["tried"] == NOW
    assert NOW + 4 <= tries["next"] <= NOW + 8


def test_the_next_look_is_when_the_next_try_is():
    patch = receipt(*DONE, accepting=1)

    assert 0 <= next_look(patch) - tries_of(patch)["next"] < 1  # never before


def test_pauses_grow_with_each_refusal_and_are_counted_from_the_first():
    thing, now, pauses = job(), NOW, []
    for _ in range(8):
        patch = receipt(thing, accepting=0, now=now)
        pauses.append(tries_of(patch)["next"] - now)
        assert tries_of(patch)["since"] == NOW
        thing, now = merged(thing, patch), tries_of(patch)["next"]

    assert all(first <= second for first, second in pairwise(pauses[:4]))
    assert max(pauses) <= LIMITS["retry_backoff_max"]
    assert pauses[-1] >= LIMITS["retry_backoff_max"] / 2


def test_pauses_begin_anew_after_something_was_accepted():
    tired = {"since": CREATED_AT, "tries": 9, "next": NOW, "status": 0, "error": "no"}
    seen = job(ended=COMPLETE, succeeded=1, annotations={"retry": tired})

    tries = tries_of(receipt(seen, accepting=1))

    assert (tries["tries"], tries["since"]) == (1, NOW)


def test_once_everything_was_accepted_nothing_is_tried_again():
    refused = job(annotations={"retry": {"since": CREATED_AT, "tries": 9, "next": NOW}})

    patch = receipt(refused)

    assert annotated(patch)["retry"] is None
    assert state.retry(merged(refused, patch)) == {}


@pytest.mark.parametrize("seconds", [LIMITS["retry_max_age"], LIMITS["retry_max_age"] + 500])
def test_what_was_tried_for_as_long_as_it_may_be_expires(seconds):
    tried = job(annotations={"retry": {"since": NOW - seconds, "tries": 9, "next": NOW}})
    results = answered(sent(tried, [pod()], NOW), 0)

    assert [one["key"] for one in retries.expired(results, NOW, LIMITS)] == ["0"]
    patch = receipt(tried, [pod()], accepting=0)
    assert annotated(patch)["expired-0"] == state.format_time(NOW)
    assert "labels" not in patch["metadata"]


def test_what_expires_last_marks_the_job_done():
    since = {"retry": {"since": NOW - LIMITS["retry_max_age"], "tries": 9, "next": NOW}}

    patch = receipt(record(annotations=since), accepting=0)

    assert patch["metadata"]["labels"] == {"sqs-k8s.jobs/done": "true"}


def test_nothing_expires_while_something_is_accepted_or_before_its_time():
    old = {"retry": {"since": NOW - 2 * LIMITS["retry_max_age"], "tries": 9, "next": NOW}}
    young = {"retry": {"since": NOW - LIMITS["retry_max_age"] + 1, "tries": 9, "next": NOW}}

    for thing, accepting in ((job(annotations=old), 1), (job(annotations=young), 0)):
        results = answered(sent(thing, [pod()], NOW), accepting)
        assert retries.expired(results, NOW, LIMITS) == []


def test_a_job_that_is_done_is_looked_at_when_its_window_is_over():
    assert next_look(receipt(*DONE)) == NOW + LIMITS["deduplication_window"]


def test_a_job_that_was_created_is_looked_at_when_its_pod_should_have_started():
    late = CREATED_AT + LIMITS["start_timeout"]

    assert late < next_look(receipt(job())) <= late + receipts.SLACK


def test_a_job_that_runs_is_looked_at_once_a_day():
    assert next_look(receipt(job(settled="0"), [pod()])) == NOW + state.DAY


def test_numbers_may_be_texts_as_a_template_gives_them():
    texts = {name: str(value) for name, value in LIMITS.items()}
    results = answered(sent(job(), [], NOW), 0)

    assert receipts.receipt_patches(results, str(NOW), texts) == receipts.receipt_patches(
        results, NOW, LIMITS
    )


def test_a_caller_that_has_not_heard_everything_has_a_reason():
    refused = job(annotations={"retry": {"status": 2, "error": "HTTP status 500"}})

    assert receipts.undelivered_reason(job(done=True)) is None
    open_end = receipts.undelivered_reason(job(ended=condition("Failed")))
    assert open_end == "the caller has not heard everything yet"
    assert receipts.undelivered_reason(refused) == (
        "the caller has not accepted status 2: HTTP status 500; report.yml tries again"
    )


def test_callbacks_that_were_refused_are_those_not_accepted():
    fine, bad = {"accepted": True}, {"accepted": False}

    assert receipts.failed_attempts([fine, bad]) == [bad]


def test_the_next_try_is_scattered_by_the_id():
    looks = {next_look(receipt(job(str(number)), accepting=0)) for number in range(20)}

    assert len(looks) > 1


def refusal_with(tries=0, now=NOW, **answer):
    """The receipt of a status 0 that was tried so often before, and now had this answer."""
    before = {"retry": {"since": CREATED_AT, "tries": tries, "next": CREATED_AT}} if tries else {}
    (result,) = answered(sent(job(annotations=before), [], now), 0)
    results = [{**result, **answer}]
    (patch,) = receipts.receipt_patches(results, now, LIMITS)
    return patch, retries.expired(results, now, LIMITS)


@pytest.mark.parametrize(("asked", "least", "most"), [(60.0, 60, 60), (1.0, 4, 8), (9e9, 100, 100)])
def test_the_next_try_gives_an_endpoint_the_time_that_it_asks_for_within_the_limit(
    asked, least, most
):
    patch, _ = refusal_with(code=503, retry_after=asked)

    assert least <= tries_of(patch)["next"] - NOW <= most


def test_an_endpoint_that_is_gone_for_good_is_given_up_after_a_few_tries():
    for tries in range(retries.GONE_TRIES - 1):
        patch, expired = refusal_with(tries, code=410)
        assert (expired, "expired-0" in annotated(patch)) == ([], False)
        assert tries_of(patch)["tries"] == tries + 1

    patch, expired = refusal_with(retries.GONE_TRIES - 1, code=410)

    assert [one["key"] for one in expired] == ["0"]
    assert annotated(patch)["expired-0"] == state.format_time(NOW)


def test_what_a_gone_endpoint_was_to_hear_next_is_given_up_with_its_first_try():
    first, _ = refusal_with(retries.GONE_TRIES - 1, code=410)
    (result,) = answered(sent(merged(job(), first), [pod()], NOW), 0)

    expired = retries.expired([{**result, "code": 410}], NOW, LIMITS)

    assert [one["key"] for one in expired] == ["1"]


@pytest.mark.parametrize("code", [404, 503, None])
def test_no_other_answer_is_given_up_before_its_time(code):
    _, expired = refusal_with(retries.GONE_TRIES + 5, code=code)

    assert expired == []


def postponed(results, silent):
    """These results, of which the first that was not accepted was postponed."""
    place = next(n for n, one in enumerate(results) if not one["accepted"])
    put_off = {**results[place], "postponed": True, "silent": silent, "code": None}
    return [*results[:place], put_off, *results[place + 1 :]]


def test_what_there_was_no_time_for_leaves_no_trace():
    results = postponed(answered(sent(*DONE, NOW), 0), silent=False)

    assert receipts.receipt_patches(results, NOW, LIMITS) == []
    assert retries.expired(results, NOW, LIMITS) == []


def test_where_the_rest_was_postponed_the_next_look_is_due_by_any_clock_and_no_try_is_counted():
    (patch,) = receipts.receipt_patches(
        postponed(answered(sent(*DONE, NOW), 1), False), NOW, LIMITS
    )

    assert reported(patch) == ["0"]
    assert annotated(patch)["retry"] is None
    assert next_look(patch) == CREATED_AT


def test_what_a_silent_endpoint_was_not_asked_waits_as_long_again_and_counts_no_try():
    thing, now, pauses = job(), NOW, []
    for _ in range(8):
        results = postponed(answered(sent(thing, [], now), 0), silent=True)
        (patch,) = receipts.receipt_patches(results, now, LIMITS)
        tries = tries_of(patch)
        assert (tries["tries"], tries["since"]) == (0, NOW)
        pauses.append(tries["next"] - now)
        thing, now = merged(thing, patch), tries["next"]

    most = LIMITS["retry_backoff_max"] / retries.UNTRIED_PART
    assert all(LIMITS["retry_backoff"] <= pause <= most for pause in pauses)
    assert pauses[0] < pauses[2] < pauses[-1]
    assert next_look(patch) == math.ceil(now)


def test_what_waits_for_the_same_silent_endpoint_does_not_come_back_together():
    since = {"retry": {"since": NOW - 60, "tries": 0, "next": NOW}}
    some = [job(f"id-{n}", uid=f"uid-{n}", annotations=since) for n in range(20)]
    results = [one for job_ in some for one in postponed(answered(sent(job_, [], NOW), 0), True)]

    pauses = {tries_of(one)["next"] for one in receipts.receipt_patches(results, NOW, LIMITS)}

    assert len(pauses) > 10


def test_nor_does_it_lose_the_tries_that_were_made():
    tried = job(annotations={"retry": {"since": CREATED_AT, "tries": 4, "next": NOW, "status": 0}})
    results = postponed(answered(sent(tried, [], NOW), 0), silent=True)

    (patch,) = receipts.receipt_patches(results, NOW, LIMITS)

    assert tries_of(patch)["tries"] == 4


@pytest.mark.parametrize(("tries", "expired"), [(0, []), (1, ["0"])])
def test_what_a_silent_endpoint_was_not_asked_expires_with_the_rest_unless_it_never_was(
    tries, expired
):
    since = {"retry": {"since": NOW - LIMITS["retry_max_age"], "tries": tries, "next": NOW}}
    results = postponed(answered(sent(job(annotations=since), [], NOW), 0), silent=True)

    assert [one["key"] for one in retries.expired(results, NOW, LIMITS)] == expired
    (patch,) = receipts.receipt_patches(results, NOW, LIMITS)
    assert ("expired-0" in annotated(patch)) == bool(expired)


def test_what_was_never_tried_waits_a_part_of_the_longest_pause_and_expires_with_its_first_try():
    since = {"retry": {"since": NOW - 2 * LIMITS["retry_max_age"], "tries": 0, "next": NOW}}
    refused = answered(sent(job(annotations=since), [], NOW), 0)
    (patch,) = receipts.receipt_patches(postponed(refused, silent=True), NOW, LIMITS)

    pause = tries_of(patch)["next"] - NOW
    assert pause <= LIMITS["retry_backoff_max"] / retries.UNTRIED_PART
    assert [one["key"] for one in retries.expired(refused, NOW, LIMITS)] == ["0"]
