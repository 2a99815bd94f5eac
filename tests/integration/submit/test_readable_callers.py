"""Messages that are refused: their callers hear 99 wherever id and webhook can be read."""

import hashlib
import json

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.printable import shown

PASSWORD = "password-in-a-url-4713"
AMOUNTS = ["+2", ".5", "5.", "100000n", "250u", "1500m", "007", "1e3", "1E3", "1e+3", "5e-1"]
AMOUNTS += ["1e003", "1e-300", "1k", "1M", "1Ki", "1.5Gi", "0.5Mi", 0.5, 2, 1e-7]


def texts(message):
    """Messages that are no good, each by its id."""
    long = "[" * 100 + "]" * 100
    made = {
        name: json.dumps(message(name, args=["ARGUMENT"]))
        for name in ("an escape", "half a character", "a key twice", "no number", "too deep")
    }
    put = {
        "an escape": '"\\u001b[31m"',
        "half a character": '"\\ud800"',
        "no number": "NaN",
        "too deep": long,
        "a key twice": '"a"], "args": ["b"',
    }
    found = {name: text.replace('"ARGUMENT"', put[name]) for name, text in made.items()}
    for name in ("a nul \x00 in the id", "an escape \x1b[31m in the id", "a DEL \x7f in the id"):
        found[name] = json.dumps(message(name))
    return found


def test_the_caller_of_a_text_that_can_be_read_in_one_way_hears_99_under_its_own_id(
    submit, report, message, receiver
):
    sent = texts(message)

    done = submit(*sent.values())

    assert set(done.outcomes) == {"rejected"}
    assert [one["id"] for one in done.of("outcome")] == list(map(shown, sent))
    report(*sent)
    assert {name: receiver.statuses_of(name) for name in sent} == {name: [99] for name in sent}
    codes = {one.body["detail"]["error"]["errorCode"] for one in receiver.callbacks()}
    assert codes == {"A110"}


def test_an_id_that_is_no_text_is_null_in_the_99_and_the_words_say_so(
    submit, playbook, message, receiver
):
    body = json.dumps(message("half of one")).replace("half of one", "half \\ud800")

    submit(body)

    digest = hashlib.sha256(body.encode()).hexdigest()[:32]
    playbook("report.yml", report_digests=[digest])
    (callback,) = receiver.callbacks()
    assert (callback.body["id"], callback.body["status"]) == (None, 99)
    assert callback.body["detail"]["error"]["message"] == (
        "invalid message: id: the character U+D800 is not allowed"
    )


def test_a_password_in_a_url_reaches_no_object_no_event_and_no_output(
    submit, message, cluster, receiver
):
    sent = message("with a password")
    sent["webhook"]["url"] = receiver.url.replace("://", f"://user:{PASSWORD}@")

    done = submit(sent)

    assert done.outcomes == ["rejected"]
    objects = cluster.kubectl("get", "jobs,configmaps,events", "--all-namespaces", "-o", "json")
    assert PASSWORD not in objects + done.stdout + done.stderr + json.dumps(done.events)
    assert receiver.callbacks() == []


def test_a_message_with_zero_values_makes_the_job_of_the_one_that_leaves_them_out(
    submit, message, jobs
):
    pair = {"key": "", "value": ""}
    zero = {
        "serviceAccount": "",
        "command": [],
        "args": None,
        "imagePullPolicy": "",
        "envRef": [],
        "toleration": pair,
        "fargate": pair,
        "volume:": {"mountPath": "", "pvc": ""},
        "gpuEnable": False,
        "gpuNumber": 0,
        "backoffLimit": 0,
        "resources": {"limits": {"cpu": "", "memory": ""}, "requests": {}},
    }

    done = submit(
        message("zero values", env=[{"name": "A", "value": None}], **zero),
        message("no values", env=[{"name": "A", "value": ""}]),
    )

    assert done.outcomes == ["created", "created"]
    one, other = (job["spec"]["template"]["spec"] for job in jobs.all())
    assert one == other


def test_each_way_to_write_an_amount_is_one_for_the_api_server_too(submit, message, jobs):
    sent = [
        message(f"amount {amount}", resources={"requests": {"cpu": amount, "memory": "1Mi"}})
        for amount in AMOUNTS
    ]

    done = submit(*sent, submit_policy_ceilings={"cpu": 10**12})

    assert set(done.outcomes) == {"created"}, done.events
    assert len(jobs.all()) == len(AMOUNTS)
