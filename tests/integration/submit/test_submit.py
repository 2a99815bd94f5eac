"""playbooks/submit.yml: a batch of messages becomes Jobs, each of them once."""

import hashlib
import itertools
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

SHARED = 30
MANY = range(1000)  # variables whose names take more of a cluster than of their message
HOSTILE = [
    "{{ lookup('pipe', 'touch {mark}') }}",
    "{% for x in [] %}{% endfor %}{# gone #}",
    '"]}\n  - privileged: true\n# "',
    "': |\n --- !!python/object/apply:os.system [touch {mark}]",
    "$(touch {mark}) `touch {mark}` ; & | > <",
    "\U0001f600 \u2028 \u0085 \ufeff é \t\r\n  ",
    "yes",
    "0x1F",
    "~",
    "",
]


def test_hostile_text_reaches_the_manifest_as_it_is_and_nothing_runs(
    submit, message, jobs, tmp_path
):
    mark = tmp_path / "ran"
    texts = [text.replace("{mark}", str(mark)) for text in HOSTILE]
    env = [{"name": f"TEXT_{number}", "value": text} for number, text in enumerate(texts)]
    message_id = texts[0][:200]

    done = submit(message(message_id, command=["echo", *texts], args=texts, env=env))

    assert done.outcomes == ["created"]
    (job,) = jobs.all()
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["echo", *texts]
    assert container["args"] == texts
    assert [one.get("value", "") for one in container["env"]] == texts
    assert job["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == message_id
    assert not mark.exists()


def test_a_bad_message_leaves_the_others_of_its_batch_alone(submit, report, message, receiver):
    done = submit(
        message("good-1"),
        "{not json",
        message("no-image", image=""),
        message("elsewhere", namespace="no-such-namespace"),
        message("good-2"),
        message("too-large", env=[{"name": '"' * 250 + str(one), "value": ""} for one in MANY]),
    )

    assert done.outcomes == [
        *("created", "rejected", "rejected", "rejected", "created", "rejected")
    ]
    report("no-image", "elsewhere", "too-large")
    assert receiver.statuses_of("no-image") == [99]
    codes = {one.body["id"]: one.body["detail"]["error"] for one in receiver.callbacks()}
    assert codes["no-image"]["errorCode"] == "A110"
    assert codes["elsewhere"]["errorCode"] == "A103"
    assert "no-such-namespace" in codes["elsewhere"]["message"]
    assert codes["too-large"]["errorCode"] == "A111"
    assert "bytes, more than the 1441792" in codes["too-large"]["message"]


def test_a_message_that_breaks_a_schema_of_the_operators_is_refused(submit, message, tmp_path):
    schema = tmp_path / "own.schema.json"
    schema.write_text(json.dumps({"properties": {"service": {"const": "billing"}}}))

    done = submit(message("of-no-team"), submit_extra_schemas=[str(schema)])

    assert done.outcomes == ["rejected"]


def test_the_same_id_makes_one_job_within_a_batch_and_after_it(submit, message, jobs):
    twice = message("same")
    done = submit(twice, twice)
    later = submit(twice)

    assert done.outcomes == ["created", "exists"]
    assert later.outcomes == ["exists"]
    assert len(jobs.all()) == 1


def test_an_id_sent_again_with_another_body_does_not_run_again_and_it_is_said(
    submit, message, jobs
):
    submit(message("other", command=["one"]))
    done = submit(message("other", command=["two"]))

    assert done.outcomes == ["exists"]
    assert "another body" in done.stdout
    (job,) = jobs.all()
    assert job["spec"]["template"]["spec"]["containers"][0]["command"] == ["one"]


def test_a_job_that_this_service_did_not_make_is_left_alone(
    submit, report, message, jobs, receiver
):
    name = "t-" + hashlib.sha256(b"mine").hexdigest()[:8]
    jobs.kubectl("create", "job", name, "--image=busybox", "--", "true")
    before = jobs.all()[0]["metadata"]

    done = submit(message("mine"))

    assert done.outcomes == ["rejected"]
    report("mine")
    (callback,) = receiver.callbacks()
    assert callback.body["detail"]["error"]["errorCode"] == "A102"
    (after,) = jobs.all()
    assert after["metadata"]["uid"] == before["uid"]
    assert "sqs-k8s.jobs/message-id" not in after["metadata"].get("annotations", {})


def test_an_id_whose_name_is_anothers_gets_a_longer_name_and_runs(submit, message, jobs):
    one, other = two_ids_of_one_name("id-")

    submit(message(one))
    done = submit(message(other))
    again = submit(message(other))

    assert done.outcomes == ["created"]
    assert again.outcomes == ["exists"]
    names = sorted(job["metadata"]["name"] for job in jobs.all())
    assert len(names) == 2
    assert names[1].startswith(names[0])


def test_beside_anothers_job_the_longest_prefix_is_cut_and_the_digest_is_whole(
    submit, message, jobs
):
    one, other = two_ids_of_one_name("of-the-longest-prefix-")
    prefix = "p" * 54

    submit(message(one, prefixName=prefix))
    done = submit(message(other, prefixName=prefix))

    assert done.outcomes == ["created"]
    short, long = (hashlib.sha256(name.encode()).hexdigest() for name in (one, other))
    assert {job["metadata"]["name"] for job in jobs.all()} == {
        f"{prefix}-{short[:8]}",
        f"{prefix[:30]}-{long[:32]}",
    }


def test_a_missing_template_fails_the_run_and_names_each_message_it_held(submit, message):
    done = submit(message("a"), message("b"), submit_template="/nowhere/job.yaml.j2", fails=True)

    kinds = [event["event"] for event in done.events]
    assert kinds == ["failure", "unprocessed", "unprocessed"]
    assert "/nowhere/job.yaml.j2" in done.events[0]["error"]
    assert [event["id"] for event in done.events[1:]] == ["a", "b"]


def test_an_operators_template_needs_none_of_the_bookkeeping(submit, message, jobs, tmp_path):
    template = tmp_path / "own.yaml.j2"
    template.write_text(
        "apiVersion: batch/v1\nkind: Job\n"
        "metadata: {name: {{ job_name }}, namespace: {{ job.namespace }}}\n"
        "spec: {template: {spec: {restartPolicy: Never,"
        " containers: [{name: own, image: {{ team_image }}}]}}}\n"
    )
    done = submit(message("own"), submit_template=str(template), team_image="team/one")

    assert done.outcomes == ["created"]
    (job,) = jobs.all()
    assert job["spec"]["template"]["spec"]["containers"][0]["image"] == "team/one"
    assert job["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == "own"


def test_check_mode_makes_no_job(playbook, message, jobs, tmp_path):
    (tmp_path / "0000").write_text(json.dumps(message("dry")))

    playbook("submit.yml", "--check", message_dir=str(tmp_path))

    assert jobs.all() == []


def two_ids_of_one_name(prefix):
    """Two ids whose digests share their first eight digits, found by trying."""
    seen = {}
    texts = (f"{prefix}{number}" for number in itertools.count())
    starts = ((hashlib.sha256(text.encode()).hexdigest()[:8], text) for text in texts)
    return next(
        (seen[start], text) for start, text in starts if seen.setdefault(start, text) != text
    )


def test_the_same_messages_in_two_batches_at_once_make_one_job_each_and_all_are_settled(
    playbook, message, jobs, tmp_path, monkeypatch
):
    folder, events = tmp_path / "messages", tmp_path / "events.jsonl"
    folder.mkdir()
    for number in range(SHARED):
        (folder / f"{number:04d}").write_text(json.dumps(message(f"shared-{number}")))
    monkeypatch.setenv("SQS_K8S_JOBS_EVENTS_FILE", str(events))

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda _: playbook("submit.yml", message_dir=str(folder)), range(2)))

    assert len(jobs.all()) == SHARED
    of_both = Counter(
        (event["key"], event["outcome"] in ("created", "exists"))
        for event in map(json.loads, events.read_text().splitlines())
        if event["event"] == "outcome"
    )
    assert of_both == Counter({(f"{number:04d}", True): 2 for number in range(SHARED)})
