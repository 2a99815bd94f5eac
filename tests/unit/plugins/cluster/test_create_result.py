"""The API server's answers to creations, and the party at fault."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import create_result
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster.create_result import (
    CREATED,
    FORBIDDEN,
    REJECTED,
    RETRY,
    TAKEN,
)
from hypothesis import given
from hypothesis import strategies as st

POLICY = (
    "jobs.batch \"t-1\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
    " denied request: "
)
WEBHOOK = 'admission webhook "jobs.example" denied the request: '
MADE = {"changed": True, "method": "create", "result": {"kind": "Job"}}


def refusal(code, message, verb="create"):
    """A result as kubernetes.core gives it: the API server's Status, quoted as bytes."""
    status = {"kind": "Status", "status": "Failure", "code": code, "message": message}
    body = json.dumps(status).encode()
    return {"changed": False, "result": {}, "error": {"msg": f"Failed to {verb} object: {body!r}"}}


def test_a_job_that_was_made_is_created():
    assert create_result.classify(MADE) == (CREATED, "")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (422, 'Job.batch "t-1" is invalid: spec.template.spec.containers[0].image: Required value'),
        (400, "Job in version v1 cannot be handled as a Job: quantities must match"),
        (403, "serviceaccounts is forbidden: violates PodSecurity restricted"),
        (403, f"{POLICY}no GPUs on Fridays"),
        (403, f"{WEBHOOK}no GPUs on Fridays"),
        (
            403,
            (
                'jobs.batch "t-1" is forbidden: unable to create new content in namespace n'
                " because it is being terminated"
            ),
        ),
        (404, 'namespaces "nowhere" not found'),
        (413, "Request entity too large: limit is 3145728"),
        (500, "etcdserver: request is too large"),
        (500, "rpc error: trying to send message larger than max (2097160 vs. 2097152)"),
    ],
)
def test_what_the_message_asks_wrongly_is_refused_in_the_api_servers_words(code, message):
    assert create_result.classify(refusal(code, message)) == (REJECTED, message)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (403, 'jobs.batch "t-1" is forbidden: exceeded quota: compute, requested: count=1'),
        (403, "jobs.batch is forbidden: status unknown for quota: q, resources: count/jobs.batch"),
        (403, 'jobs.batch "t-1" is forbidden: not yet ready to handle request'),
        (403, 'jobs.batch "t-1" is forbidden: insufficient quota to consume: count/jobs.batch'),
        (403, 'jobs.batch "t-1" is forbidden: failed to list resourcequotas: context canceled'),
        (403, 'jobs.batch "t-1" is forbidden: error resolving quota: timeout'),
        (403, 'jobs.batch "t-1" is forbidden: caches not synchronized'),
        (
            403,
            (
                'jobs.batch "t-1" is forbidden: unable to create batch/v1, Resource=jobs at this'
                " time because there was an error enforcing limit ranges"
            ),
        ),
        (403, 'jobs.batch "t-1" is forbidden: etcdserver: leader changed'),
        (403, 'jobs.batch "t-1" is forbidden: Get "https://[::1]:6443/api/v1": dial tcp: refused'),
        (403, f"{POLICY}no params found for policy binding with `Deny` parameterNotFoundAction"),
        (
            422,
            (
                f"{POLICY}failed to configure binding: no params found for policy binding with"
                " `Deny` parameterNotFoundAction"
            ),
        ),
        (422, f"{POLICY}failed to configure binding: paramKind kind `v1/A` not yet synced to use"),
        (403, f"{POLICY}unable to read params: etcdserver: request timed out"),
        (
            422,
            (
                "jobs.batch \"t-1\" is forbidden: ValidatingAdmissionPolicy 'p' denied request:"
                " failed to configure policy: compilation error"
            ),
        ),
        (403, "policy 'p' with binding 'b' denied request: failed to configure binding: no params"),
        (429, f"{WEBHOOK}try again later"),
        (503, f"{WEBHOOK}the policy engine is starting"),
        (500, "Internal error occurred: resource quota evaluation timed out"),
        (409, 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified'),
        (500, 'Internal error occurred: failed calling webhook "jobs.nobody.example": refused'),
        (500, "etcdserver: mvcc: database space exceeded"),
        (401, "Unauthorized"),
        (429, "the server has received too many requests and has asked us to try again later"),
        (500, "etcdserver: request timed out"),
        (503, "apiserver not ready"),
        (504, "context deadline exceeded"),
    ],
)
def test_what_may_go_well_later_is_tried_again(code, message):
    assert create_result.classify(refusal(code, message)) == (RETRY, message)


def test_words_that_quote_a_long_value_are_cut_and_judged_as_a_whole():
    quoted = "x" * 1_000_000
    refused = create_result.classify(refusal(422, f"Invalid value: {quoted}: too long"))
    later = create_result.classify(refusal(403, f"{quoted} is forbidden: exceeded quota"))

    assert refused == (REJECTED, "Invalid value: " + "x" * 484 + "…")
    assert later == (RETRY, "x" * 499 + "…")


def test_what_the_credentials_may_not_do_is_the_operators_matter():
    words = 'jobs.batch is forbidden: User "robot" cannot create resource "jobs" in API group'

    assert create_result.classify(refusal(403, words)) == (FORBIDDEN, words)


def test_the_same_words_in_a_text_that_is_quoted_are_not():
    words = 'admission webhook "w" denied the request: bad value cannot create resource "jobs"'

    assert create_result.classify(refusal(403, words)) == (REJECTED, words)


def test_a_name_that_another_object_holds_is_taken():
    exists = refusal(409, 'jobs.batch "t-1" already exists')
    patched = refusal(422, "metadata.uid: Invalid value: field is immutable", verb="patch")

    assert create_result.classify(exists) == (TAKEN, 'jobs.batch "t-1" already exists')
    assert create_result.classify(patched)[0] == TAKEN


def test_an_object_that_came_between_look_and_call_has_taken_the_name():
    assert create_result.classify({"changed": True, "result": {}})[0] == TAKEN


def test_an_api_server_that_cannot_be_reached_is_tried_again_with_its_reason():
    words = "Failed to get client due to HTTPSConnectionPool: Connection refused"

    assert create_result.classify({"error": {"msg": words}}) == (RETRY, words)


def test_an_answer_that_was_quoted_with_either_quote_is_read():
    assert create_result.classify(refusal(404, 'it\'s "gone"')) == (REJECTED, 'it\'s "gone"')


def test_one_result_and_several_come_in_the_same_shape():
    several = {"changed": True, "result": {"results": [MADE, refusal(404, "gone")]}}

    assert create_result.results(MADE) == [MADE]
    assert create_result.results(several) == [MADE, refusal(404, "gone")]


def test_a_task_that_was_skipped_has_no_results():
    assert create_result.results({"changed": False, "skipped": True}) == []


@given(st.text(), st.sampled_from(["", "Failed to create object: ", "Failed to patch object: b'"]))
def test_whatever_the_module_said_there_is_a_verdict(text, start):
    verdict, _ = create_result.classify({"error": {"msg": start + text}})

    was_there = (start + text).startswith("Failed to patch")
    assert verdict == (TAKEN if was_there else RETRY)


def test_an_object_was_made_where_its_metadata_is_there_and_no_error():
    made = {"result": {"metadata": {"name": "t-1"}}}

    assert create_result.is_created(made)
    assert not create_result.is_created({**made, "error": {"msg": "conflict"}})
    assert not create_result.is_created({"result": None})
    assert not create_result.is_created(MADE)


def test_what_no_words_explain_has_its_reason_or_all_there_is():
    assert create_result.classify({"error": {"reason": "Gone"}}) == (RETRY, "Gone")
    assert create_result.classify({"error": {"code": 1}}) == (RETRY, "{'code': 1}")
    assert create_result.classify({"result": {}}) == (TAKEN, "")


def test_words_with_an_apostrophe_are_read_too():
    words = "it isn't valid"

    assert create_result.classify(refusal(422, words)) == (REJECTED, words)


def test_an_answer_that_is_no_object_is_told_as_it_is():
    words = "Failed to create object: b'[1]'"

    assert create_result.classify({"error": {"msg": words}}) == (RETRY, words)


def test_an_answer_that_is_nested_without_end_is_told_as_it_begins():
    words = "[" * 200_000

    outcome, told = create_result.classify({"error": {"msg": words}})

    assert outcome == RETRY
    assert told == "[" * (len(told) - 1) + "…"


@pytest.mark.parametrize("quoted", ["b'{}'", 'b"{}"'])
def test_bytes_are_read_in_either_quotes(quoted):
    said = quoted.format('{"code": 422, "message": "no"}'.replace('"', "\\x22"))

    assert create_result.classify({"error": {"msg": f"Failed to create object: {said}"}}) == (
        REJECTED,
        "no",
    )


QUOTED = [
    *("exceeded quota", "insufficient quota", "not yet ready to handle request"),
    *("is forbidden: exceeded quota", "no params found", "failed to configure policy: x"),
]


@pytest.mark.parametrize("quoted", QUOTED)
@pytest.mark.parametrize("code", [403, 422])
def test_a_senders_text_in_the_api_servers_words_makes_nobody_wait(code, quoted):
    words = f'Job.batch "t-1" is invalid: spec.template.spec.env[0].name: Invalid value: "{quoted}"'
    denied = f"{WEBHOOK}the variable {quoted} is not allowed"

    assert create_result.classify(refusal(code, words)) == (REJECTED, words)
    assert create_result.classify(refusal(code, denied)) == (REJECTED, denied)
