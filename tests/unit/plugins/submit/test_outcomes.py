"""From a batch's messages to their outcomes."""

import base64
import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import selectors
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    name_conflicts,
    new_messages,
    outcomes,
    pilots,
    record_writes,
    rejections,
)
from kit.builders.creations import (
    AWAY,
    CONFLICT,
    MADE,
    NO_RIGHTS,
    NONE,
    NOT_FOUND,
    in_pieces,
    refusing,
    registered,
    without_pilots,
)
from kit.builders.objects import job, record, strangers_job
from kit.builders.rendering import entry, message
from kit.builders.statuses import CREATED, ERROR, TRACE

HERE = "http://caller.example"
UNSEEN = {"changed": False, "method": "patch", "result": {}}
ALL_FIELDS = {
    *("key", "id", "id_label", "webhook", "service", "warnings", "body_sha256", "error", "reason"),
    *(
        "namespace",
        "name",
        "delivered",
        "fault",
        "attempted",
        "invented",
        "outcome",
        "traceparent",
        "send",
        "record",
        "earlier",
    ),
    *("queue", "sender", "unscoped_label"),
}


def batch(*ids):
    """Entries of valid messages, by their position."""
    return [entry(message(one), f"{number:04d}") for number, one in enumerate(ids)]


def invalid(message_id="bad", key="0000", url=HERE):
    return entry({**message(message_id, image=""), "webhook": {"url": url}}, key)


def heard_at(message_id, url=HERE, key="0000", **job):
    """A valid message's entry, whose caller listens at the URL."""
    return entry({**message(message_id, **job), "webhook": {"url": url}}, key)


def rendered(entries, error=None):
    """Return the results of the lookup `manifests`."""
    return [
        {
            "id_label": one["id_label"],
            "body_sha256": one["body_sha256"],
            "namespace": "default",
            "name": f"t-{one['id']}",
            "is_listed": True,
            "manifest": None if error else {"kind": "Job"},
            "error": error,
            "fault": None,
        }
        for one in entries
    ]


def settle(entries, *results, known=()):
    ready = rendered(new_messages.new_messages(entries, list(known)))
    answer = registered(*results) if results else {"skipped": True}
    return outcomes.outcomes(entries, list(known), ready, without_pilots(answer))


def of_each(settled):
    return [one["outcome"] for one in settled]


def its_job(one, body=None):
    """The Job that this entry's message made before, or another body with its webhook."""
    own = {"body-sha256": body or one["body_sha256"]}
    return job(one["id"], webhook=one["webhook"], annotations=own)


def its_record(one, send=None, **more):
    """The record that this entry's body has from before, for which it came as this send."""
    own = {"body-sha256": one["body_sha256"], **({f"sent-{send}": CREATED} if send else {})}
    return record(one["id"], digest=one["id_label"], annotations=own, **more)


def test_jobs_and_records_are_looked_for_by_the_ids_of_all_messages():
    entries = [*batch("b", "a"), invalid("c"), entry("{")]
    digests = ",".join(sorted(one["id_label"] for one in entries))

    assert selectors.selectors(entries)["jobs"] == [f"sqs-k8s.jobs/id in ({digests})"]


def test_without_ids_the_jobs_of_every_id_are_looked_for():
    assert selectors.selectors([]) == {
        "jobs": ["sqs-k8s.jobs/id"],
        "records": ["sqs-k8s.jobs/id", "sqs-k8s.jobs/record"],
        "rejections": ["sqs-k8s.jobs/rejection"],
    }


def test_an_id_that_comes_twice_is_asked_for_once():
    found = selectors.selectors(["b", "a", "b"])

    assert found["jobs"] == ["sqs-k8s.jobs/id in (a,b)"]
    assert found["rejections"] == ["sqs-k8s.jobs/rejection in (a,b)"]


def test_of_records_only_those_of_refused_messages_are_looked_for():
    found = selectors.selectors(["a"])

    assert found["records"] == ["sqs-k8s.jobs/id in (a)", "sqs-k8s.jobs/record"]


def test_of_an_id_only_the_records_of_these_bodies_and_of_version_0_1_0_are_looked_for():
    (one,) = batch("one")

    assert selectors.selectors([one, one])["records"] == [
        f"sqs-k8s.jobs/id in ({one['id_label']})",
        f"sqs-k8s.jobs/record in (refused,{one['body_sha256'][:16]})",
    ]


def test_a_redelivered_message_makes_no_second_job():
    entries = batch("one", "two")

    assert new_messages.new_messages(entries, [its_job(entries[0])]) == [entries[1]]


def test_a_refused_message_that_sqs_redelivers_makes_no_job_even_if_it_is_valid_now():
    (one,) = entries = [{**batch("one")[0], "send": "send-1"}]
    before = its_record(one, "send-1", done=True, rejection="body-1")

    assert new_messages.new_messages(entries, [before]) == []
    (became,) = settle(entries, known=[before])
    assert (became["outcome"], became["error"], became["delivered"]) == ("rejected", ERROR, True)
    assert became["record"] == "body-1"


@pytest.mark.parametrize("send", ["send-2", None])
def test_a_refused_body_that_is_sent_again_is_judged_anew(send):
    (one,) = entries = [{**batch("one")[0], "send": send}]
    before = its_record(one, "send-1", done=True, rejection="body-1")

    assert new_messages.new_messages(entries, [before]) == entries
    assert of_each(settle(entries, MADE, known=[before])) == ["created"]


def test_a_refused_body_does_not_bind_its_id_for_another_one():
    valid, before = batch("one")[0], invalid("one")
    known = [its_record(before, "send-1", rejection="body-1"), its_record(before)]

    assert of_each(settle([valid], MADE, known=known)) == ["created"]
    (other,) = settle([invalid("one", url="http://other.example")], known=known)
    assert (other["outcome"], other["delivered"], other["warnings"]) == ("rejected", None, [])


def test_a_body_that_an_earlier_version_refused_stays_refused_until_its_record_goes():
    (one,) = entries = [{**batch("one")[0], "send": "send-1"}]

    (became,) = settle(entries, known=[its_record(one)])

    assert (became["outcome"], became["delivered"], became["record"]) == ("rejected", False, None)


def test_a_job_of_the_id_beside_its_refused_body_is_what_another_body_finds():
    valid, bad = heard_at("one"), invalid("one")
    known = [its_job(valid), its_record(bad, "send-1", rejection="body-1")]

    (again,) = settle([{**bad, "send": "send-2"}], known=known)
    (redelivered,) = settle([{**bad, "send": "send-1"}], known=known)

    assert (again["outcome"], redelivered["outcome"]) == ("exists", "rejected")


def test_of_two_bodies_with_one_id_the_one_that_may_run_does_and_the_other_is_warned_of():
    two = [entry(message("same", image=one), f"000{one}") for one in "12"]
    refused, fine = rendered(two)
    refused.update(manifest=None, error=ERROR)

    warned, made = outcomes.outcomes(two, [], [refused, fine], without_pilots(MADE))

    assert (made["outcome"], made["warnings"]) == ("created", [])
    assert warned["outcome"] == "exists"
    assert "another body" in warned["warnings"][0]


def test_of_two_bodies_with_one_id_that_are_refused_each_hears_its_own_error():
    two = [entry(message("same", image=one), f"000{one}") for one in "12"]
    both = rendered(two)
    errors = [{"errorCode": "A114", "message": one} for one in "12"]
    for one, error in zip(both, errors, strict=True):
        one.update(manifest=None, error=error)

    settled = outcomes.outcomes(two, [], both, without_pilots({"skipped": True}))

    assert [(one["outcome"], one["error"]) for one in settled] == [("rejected", e) for e in errors]


def test_where_the_api_server_refuses_one_body_of_an_id_the_other_is_tried_again():
    two = [entry(message("same", image=one), f"000{one}") for one in "12"]
    bad = invalid("same", "0003")

    settled = settle([*two, bad], NOT_FOUND)

    assert of_each(settled) == ["rejected", "postponed", "rejected"]
    assert settled[2]["error"] == bad["error"]


def test_of_two_bodies_with_one_id_only_the_first_is_sent_to_the_api_server():
    two = [entry(message("same", image=one), f"000{one}") for one in "12"]

    assert len(pilots.followers(rendered(two), {})) == 1
    assert new_messages.new_messages(two, one_per_id=True) == two[:1]


def test_an_id_that_is_twice_in_a_batch_makes_one_job():
    entries = batch("same", "other", "same")

    assert new_messages.new_messages(entries) == entries[:2]
    settled = settle(entries, MADE, MADE)
    assert of_each(settled) == ["created", "created", "exists"]
    assert settled[0]["name"] == settled[2]["name"]


def test_of_two_bodies_with_one_id_the_first_runs_and_the_other_is_warned_of():
    entries = [entry(message("same"), "0000"), entry(message("same", image="other"), "0001")]

    first, second = settle(entries, MADE)

    assert (first["outcome"], second["outcome"]) == ("created", "exists")
    assert (first["warnings"], len(second["warnings"])) == ([], 1)
    assert "another body" in second["warnings"][0]


@pytest.mark.parametrize("order", [1, -1])
def test_an_invalid_twin_of_an_id_that_is_being_created_waits_for_its_job(order):
    valid, twin = heard_at("same"), invalid("same", key="0001")

    settled = settle([valid, twin][::order], MADE)

    assert {one["key"]: one["outcome"] for one in settled} == {
        "0000": "created",
        "0001": "postponed",
    }


def test_an_invalid_twin_of_an_id_that_has_a_job_with_its_webhook_is_not_refused():
    twin = invalid("same")

    (one,) = settle([twin], known=[its_job(twin, "another")])

    assert one["outcome"] == "exists"
    assert any("another body" in words for words in one["warnings"])


def test_an_invalid_message_makes_no_job_and_is_refused_with_its_error():
    bad = invalid()

    assert new_messages.new_messages([bad]) == []
    (one,) = settle([bad])
    assert (one["outcome"], one["error"], one["delivered"]) == ("rejected", bad["error"], None)


def test_each_message_has_the_outcome_of_its_own_result():
    entries = batch("a", "b", "c", "d", "e")

    settled = settle(entries, MADE, NOT_FOUND, CONFLICT, AWAY, known=[its_job(entries[1])])

    assert [one["key"] for one in settled] == ["0000", "0001", "0002", "0003", "0004"]
    assert of_each(settled) == ["created", "exists", "rejected", "taken", "retry"]
    assert settled[2]["error"] == {"errorCode": "A103", "message": "gone"}
    assert all(set(one) == ALL_FIELDS for one in settled)


def test_what_the_credentials_may_not_do_is_the_operators_fault_and_tried_again():
    forbidden, away = settle(batch("a", "b"), NO_RIGHTS, AWAY)

    assert (forbidden["outcome"], forbidden["fault"]) == ("retry", True)
    assert "cannot create resource" in forbidden["reason"]
    assert (away["outcome"], away["fault"]) == ("retry", False)


def test_a_namespace_that_a_pattern_allows_may_be_invented_and_is_no_operators_fault():
    entries = batch("a")
    ready = [{**one, "is_listed": False} for one in rendered(entries)]

    (one,) = outcomes.outcomes(entries, [], ready, without_pilots(NO_RIGHTS))

    assert (one["outcome"], one["fault"], one["invented"]) == ("retry", False, True)


def test_what_another_job_failed_for_is_said_without_its_name_and_as_an_others_reason():
    entries = batch("one", "two", "three")
    down = refusing(500, 'failed calling webhook "w" for "t-one" of t-one')
    created = [in_pieces(down), in_pieces(down), NONE]

    settled = outcomes.outcomes(entries, [], rendered(entries), created)

    assert {one["reason"] for one in settled} >= {'failed calling webhook "w" for of …'}
    assert [one["attempted"] for one in settled] == [True, False, True]


def test_a_message_whose_template_is_broken_is_the_operators_matter_and_tried_again():
    entries = batch("a", "b")
    broken, fine = rendered(entries)
    broken.update(manifest=None, fault="the template x fails for every message")

    waiting, made = outcomes.outcomes(entries, [], [broken, fine], without_pilots(registered(MADE)))

    assert (waiting["outcome"], waiting["fault"]) == ("retry", True)
    assert waiting["reason"] == "the template x fails for every message"
    assert made["outcome"] == "created"


def test_a_job_that_another_created_between_look_and_call_is_a_name_taken():
    assert of_each(settle(batch("a"), UNSEEN)) == ["taken"]


def test_an_id_sent_again_with_another_body_is_warned_of():
    (one,) = entries = batch("one")

    (same,) = settle(entries, known=[its_job(one)])
    (other,) = settle(entries, known=[its_job(one, "another")])

    assert same["warnings"] == []
    assert len(other["warnings"]) == 1
    assert "another body" in other["warnings"][0]
    assert (same["outcome"], other["outcome"]) == ("exists", "exists")


@pytest.mark.parametrize("done", [True, False])
def test_a_refused_message_that_comes_again_says_whether_its_caller_was_told(done):
    bad = {**invalid(), "send": "send-1"}
    known = its_record(bad, "send-1", done=done, rejection="body-1")

    (one,) = settle([bad], known=[known])

    assert (one["outcome"], one["error"], one["delivered"]) == ("rejected", ERROR, done)


def test_a_message_that_its_template_cannot_take_is_refused_with_the_templates_error():
    error = {"errorCode": "A111", "message": "not YAML"}
    entries = batch("one")

    (one,) = outcomes.outcomes(
        entries, [], rendered(entries, error), without_pilots({"skipped": True})
    )

    assert (one["outcome"], one["error"]) == ("rejected", error)


def test_a_message_that_its_template_cannot_take_leaves_the_others_their_results():
    entries = batch("a", "b")
    broken, fine = entries
    ready = [*rendered([broken], {"errorCode": "A111", "message": "no"}), *rendered([fine])]

    assert of_each(outcomes.outcomes(entries, [], ready, without_pilots(MADE))) == [
        "rejected",
        "created",
    ]


@pytest.mark.parametrize("answer", [{"skipped": True}, registered(MADE, MADE)])
def test_a_message_for_which_there_was_no_time_is_postponed(answer):
    entries = batch("a", "b", "c")

    settled = outcomes.outcomes(entries, [], rendered(entries), without_pilots(answer))

    assert (settled[-1]["outcome"], settled[-1]["attempted"]) == ("postponed", False)


def test_manifests_that_a_template_made_are_data():
    made = [{"manifest": '{"kind": "Job"}'}, {"manifest": None}, {"manifest": {"kind": "Job"}}]

    assert pilots.rendered_manifests(made) == [{"kind": "Job"}, {"kind": "Job"}]


def test_why_a_message_waits_is_said():
    fine, bad = heard_at("one"), invalid("one", "0001")

    _, twin = settle([fine, bad], MADE)
    (untried,) = settle([fine])

    assert twin["reason"] == "its id is in use by another message"
    assert untried["reason"] == "not attempted: the creations before it took too long"


def test_an_outcome_keeps_the_trace_of_its_message():
    (fine,) = batch("one")

    (outcome,) = settle([{**fine, "traceparent": TRACE}], MADE)

    assert outcome["traceparent"] == TRACE


def test_a_name_that_a_strangers_job_has_is_said():
    (fine,) = batch("one")
    settled = settle([fine], CONFLICT)

    (renamed,) = name_conflicts.name_conflicts(settled, [fine], [[strangers_job("t-one")]])[
        "pending"
    ]

    assert renamed["error"]["message"] == (
        "a Job default/t-one is there that this service did not make"
    )


def waits(*namespaces):
    """Why these namespaces take no Jobs, as a run is told."""
    return {one: base64.b64encode(b"exceeded {{ quota }}").decode() for one in namespaces}


def test_messages_of_a_namespace_that_takes_no_jobs_are_not_tried_but_for_one():
    entries = batch("a", "b", "c")

    tried = new_messages.new_messages(entries, [], waits("default"), ["0001"])

    assert [one["key"] for one in tried] == ["0001"]
    as_texts = [{**one, "message": json.dumps(one["message"])} for one in entries]
    assert new_messages.new_messages(as_texts, [], waits("default"), ["0001"]) == [as_texts[1]]
    assert new_messages.new_messages(entries, [], waits("other")) == entries


def test_a_message_that_was_not_tried_is_worth_another_try_for_the_reason_of_its_namespace():
    entries = batch("a", "b")

    settled = outcomes.outcomes(
        entries, [its_job(entries[0])], [], without_pilots({"skipped": True}), waits("default")
    )

    assert of_each(settled) == ["exists", "retry"]
    assert settled[1]["reason"] == "exceeded {{ quota }}"
    assert settled[1]["namespace"] == "default"


def test_a_message_that_comes_no_more_is_refused_with_the_last_reason():
    entries = batch("a", "b", "c")
    settled = settle(entries, MADE, AWAY, AWAY)

    gave_up = outcomes.final_outcomes(settled, give_up=["0000", "0001"])

    assert of_each(gave_up) == ["created", "rejected", "retry"]
    assert gave_up[1]["error"]["errorCode"] == "A117"
    assert gave_up[1]["error"]["message"].endswith("connection refused")
    gave_up[1]["webhook"] = "http://caller.example"
    recorded = rejections.recorded(gave_up, "rules_digest")
    (kept,) = record_writes.new_records(recorded, "default", 0.0)
    assert kept["metadata"]["labels"]["sqs-k8s.jobs/id"] == entries[1]["id_label"]


def test_a_message_that_comes_no_more_and_was_not_tried_is_not_told_the_reason_of_another():
    entries = batch("a", "b")
    settled = outcomes.outcomes(
        entries, [its_job(entries[0])], [], without_pilots({"skipped": True}), waits("default")
    )

    _, gave_up = outcomes.final_outcomes(settled, give_up=["0001"])

    assert gave_up["error"]["message"].endswith(": its namespace takes no Jobs")


@pytest.mark.parametrize(
    "words",
    [
        'jobs.batch "t-one" is forbidden: exceeded quota: q, used: count/jobs.batch=9',
        'jobs.batch "t-one" is forbidden: User "x" cannot create resource "jobs" in API group',
        "Internal error occurred: no room for t-one today",
    ],
)
def test_why_a_message_waits_names_no_job_as_it_is_shown_where_no_sender_is_trusted(words):
    answer = refusing(500 if words.startswith("Internal") else 403, words)

    (one,) = settle(batch("one"), answer)

    assert one["outcome"] == "retry"
    assert one["reason"] == words.replace('"t-one" ', "").replace("t-one", "…")


def test_who_is_refused_hears_which_job_it_was():
    (one,) = settle(batch("one"), refusing(403, 'jobs.batch "t-one" is forbidden: no such luck'))

    assert one["outcome"] == "rejected"
    assert '"t-one"' in one["error"]["message"]


def test_a_body_without_an_id_that_another_message_has_for_an_id_is_rejected_as_what_it_is():
    entries = [entry(message("d1"), "0000"), entry("d1", "0001")]
    assert entries[0]["id_label"] == entries[1]["id_label"]

    made = outcomes.outcomes(entries, [], rendered(entries[:1]), without_pilots({"result": MADE}))

    assert [one["outcome"] for one in made] == ["created", "rejected"]
    assert made[1]["error"]["errorCode"] == "A110"
