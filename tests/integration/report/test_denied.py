"""Denied writes of Jobs or records: no unrecorded callback, an operator fault, and recovery."""

import pytest
from kit.builders.messages import NOWHERE
from kit.builders.objects import digest_of
from kit.builders.variables import OWN
from kit.cluster.denying_policy import DenyingPolicy
from kit.cluster.jobs import has_ended
from kit.cluster.service_account import kubeconfig
from kit.processes import playbooks
from kit.wait import until

ID_LABEL = "sqs-k8s.jobs/id"
REPORTED = "sqs-k8s.jobs/reported-"


@pytest.fixture
def denying(cluster, namespace):
    """A policy that denies changes of Jobs in the test's namespace until its end."""
    one = DenyingPolicy(cluster, namespace)
    yield one
    one.stop()


def account_with_rights_in(cluster, home, work, folder):
    """The kubeconfig of an account that sees everything, and works in one namespace only."""
    account = f"--serviceaccount={home}:reporter"
    see, write = f"see-{home}", f"work-{home}"
    things = "--resource=jobs.batch,pods,events,configmaps"
    for command in (
        ["-n", home, "create", "serviceaccount", "reporter"],
        ["create", "clusterrole", see, "--verb=list", "--resource=jobs.batch,pods,configmaps"],
        ["create", "clusterrolebinding", see, f"--clusterrole={see}", account],
        ["create", "clusterrole", write, "--verb=get,list,patch,delete", things],
        ["-n", work, "create", "rolebinding", "work", f"--clusterrole={write}", account],
    ):
        cluster.kubectl(*command)
    return str(kubeconfig(cluster, home, "reporter", folder))


def uid_of(jobs, message_id):
    """The uid of an id's Job, by which its delivery ids begin."""
    labelled = [one["metadata"] for one in jobs.all()]
    (uid,) = [one["uid"] for one in labelled if one["labels"][ID_LABEL] == digest_of(message_id)]
    return uid


def heard(receiver, message_id):
    """Every callback of an id, repeats too, as status and delivery id."""
    return [
        (one.body["status"], one.delivery_id)
        for one in receiver.callbacks()
        if one.body["id"] == message_id
    ]


def test_of_jobs_that_cannot_be_written_nothing_is_sent_again_and_again_and_others_go_on(
    runner, scraped, denying, elsewhere, message, receiver, jobs, namespace
):
    ids = [f"denied-{number}" for number in range(3)]
    denying.start("UPDATE")
    runner.queue.send(*map(message, ids))
    until(lambda: len(jobs.all()) == 3 and all(map(has_ended, jobs.all())), "the Jobs have ended")
    until(lambda: scraped.page("/readyz")[0] == 503, "the runner knows")
    until(runner.queue.is_empty, "every message is settled")
    before = {one: heard(receiver, one) for one in ids}
    denied = scraped.value("writes_denied_total", namespace=namespace)
    until(
        lambda: scraped.value("writes_denied_total", namespace=namespace) >= denied + 6,
        "each was tried again, twice",
    )
    runner.queue.send(message("free", namespace=elsewhere.namespace))
    until(lambda: receiver.statuses_of("free") == [0, 1, 2], "the other namespace goes on")

    assert {one: heard(receiver, one) for one in ids} == before
    for one in ids:  # at once, and by a report that began before anybody knew, or not at all
        assert len(before[one]) <= 2
        assert {*before[one]} <= {(0, f"{uid_of(jobs, one)}-0")}
    code, page = scraped.page("/readyz")
    assert code == 503
    (line,) = page.strip().splitlines()
    assert line.startswith(f"not ready: Jobs in {namespace}: ")
    assert denying.words in line
    assert runner.log().count(f'fault raised part="Jobs in {namespace}"') == 1

    denying.stop()

    until(
        lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids),
        "everybody has heard everything",
    )
    until(lambda: scraped.page("/readyz")[0] == 200, "the runner is ready again")
    for one in ids:
        assert list(dict.fromkeys(heard(receiver, one))) == [
            (status, f"{uid_of(jobs, one)}-{status}") for status in (0, 1, 2)
        ]


def test_a_report_first_tries_to_write_where_that_failed_lately(
    submitted, playbook, denying, receiver, jobs, namespace
):
    submitted("try-first")
    jobs.until_ended()
    denying.start("UPDATE")
    lately = {"report_unwritable_namespaces": [namespace]}

    for _ in range(2):
        done = playbook("report.yml", report_digests=[digest_of("try-first")], **lately)
        assert f"Job in {namespace} not written: " in done.stdout
        assert denying.words in done.stdout

    assert receiver.callbacks() == []


def test_a_detail_that_cannot_be_written_keeps_back_what_comes_before_it(
    submitted, playbook, denying, receiver, jobs
):
    submitted("detail-first")
    jobs.until_ended()
    denying.start("UPDATE")

    done = playbook("report.yml", report_digests=[digest_of("detail-first")])

    assert denying.words in done.stdout
    assert receiver.callbacks() == []


def test_an_account_without_rights_in_one_namespace_goes_on_in_another(
    submit, message, receiver, cluster, namespace, elsewhere, tmp_path
):
    free = {"namespace": elsewhere.namespace}
    submit(message("no-rights", nodeSelector=NOWHERE), message("with-rights", **free))
    elsewhere.until_ended()
    account = account_with_rights_in(cluster, namespace, elsewhere.namespace, tmp_path)
    ids = [digest_of("no-rights"), digest_of("with-rights")]

    def said():
        limits = {"report_digests": ids, "report_start_timeout": 1}
        done = playbooks.run(cluster, "report.yml", limits | OWN, K8S_AUTH_KUBECONFIG=account)
        assert done.returncode == 0, done.stdout
        return f'Job in {namespace} not written: jobs.batch is forbidden: User "' in done.stdout

    until(said, "the operator hears that the account may not patch")
    assert receiver.statuses_of("with-rights") == [0, 1, 2]
    assert 99 not in receiver.statuses_of("no-rights")


def test_a_job_that_may_not_be_deleted_is_said_and_others_are_reported(
    submit, message, playbook, denying, receiver, elsewhere
):
    submit(
        message("may-not-go", nodeSelector=NOWHERE),
        message("goes-on", namespace=elsewhere.namespace),
    )
    elsewhere.until_ended()
    denying.start("DELETE")
    ids = ["may-not-go", "goes-on"]

    def all_heard():
        done = playbook("report.yml", report_digests=[*map(digest_of, ids)], report_start_timeout=1)
        return denying.words in done.stdout and receiver.statuses_of("may-not-go") == [0, 99]

    until(all_heard, "the caller has heard 99, and the operator why the Job stays")
    assert receiver.statuses_of("goes-on") == [0, 1, 2]


def test_a_finalizer_that_may_not_be_taken_off_is_said(submitted, playbook, report, denying, jobs):
    submitted("finalizer-stays")
    jobs.until_ended()
    report("finalizer-stays")
    denying.start("UPDATE")

    done = playbook(
        "report.yml", report_digests=[digest_of("finalizer-stays")], report_deduplication_window=0
    )

    assert denying.words in done.stdout
    assert jobs.one()["metadata"]["finalizers"] == ["sqs-k8s.jobs/reported"]


def test_an_expired_callback_whose_record_cannot_be_made_has_not_expired(
    submit, message, playbook, cluster, namespace, jobs
):
    unheard = {**message("unkept"), "webhook": {"url": "http://127.0.0.1:1025/"}}
    denying = DenyingPolicy(cluster, namespace, "configmaps")
    submit(unheard)
    denying.start("CREATE")
    limits = {
        "report_retry_max_age": 0,
        "report_retry_backoff": 0,
        "report_record_namespace": namespace,
    }

    def run():
        done = playbook("report.yml", report_digests=[digest_of("unkept")], **limits)
        return done.stdout, jobs.one()["metadata"]["annotations"]

    said, marks = run()
    assert f"ConfigMap in {namespace} not written: " in said
    assert denying.words in said
    assert "sqs-k8s.jobs/expired-0" not in marks
    assert "sqs-k8s.jobs/retry" in marks
    denying.stop()
    _, marks = run()
    assert "sqs-k8s.jobs/expired-0" in marks
    assert len(jobs.all("configmaps")) == 1


def test_the_caller_of_a_refused_message_hears_nothing_before_its_record_is_there(
    submit, message, report, cluster, namespace, receiver
):
    denying = DenyingPolicy(cluster, namespace, "configmaps")
    denying.start("CREATE")
    records = {"submit_record_namespace": namespace}

    done = submit(message("recordless", image=""), message("beside-it"), **records)

    assert denying.words in done.stdout
    outcomes = done.of("outcome")
    assert [one["outcome"] for one in outcomes] == ["retry", "created"]
    assert [one["fault"] for one in outcomes] == [True, False]
    report("recordless", report_record_namespace=namespace)
    assert receiver.callbacks() == []
    denying.stop()
    submit(message("recordless", image=""), **records)
    report("recordless", report_record_namespace=namespace)
    assert receiver.statuses_of("recordless") == [99]
