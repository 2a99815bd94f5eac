"""The names of Jobs: none is a CronJob's run's, and one that stays taken is an end with words."""

import hashlib


def digest_of(message_id):
    return hashlib.sha256(message_id.encode()).hexdigest()


def test_no_job_takes_a_name_that_a_cronjob_gives_its_runs(submit, message, jobs):
    message_id = "id-21328"
    assert digest_of(message_id).startswith("30173270")

    done = submit(message(message_id, prefixName="backup"))
    again = submit(message(message_id, prefixName="backup"))

    assert (done.outcomes, again.outcomes) == (["created"], ["exists"])
    assert jobs.one()["metadata"]["name"] == f"backup-{digest_of(message_id)[:32]}"


def test_a_message_whose_longer_name_is_taken_too_is_refused_and_its_caller_hears_a102(
    submit, report, message, jobs, receiver
):
    message_id = "decimal-46"  # it has the longer name at once
    assert digest_of(message_id)[:8].isdecimal()
    name = f"t-{digest_of(message_id)[:32]}"
    jobs.kubectl("create", "job", name, "--image=busybox", "--", "true")

    done = submit(message(message_id))
    report(message_id)

    assert done.outcomes == ["rejected"]
    (callback,) = receiver.callbacks()
    error = callback.body["detail"]["error"]
    assert error["errorCode"] == "A102"
    assert name in error["message"]
    assert jobs.one()["metadata"]["name"] == name


def test_a_message_whose_names_are_both_taken_ends_in_one_run(
    submit, report, message, jobs, receiver
):
    one, other = "both-taken-7989", "both-taken-78276"
    assert digest_of(one)[:8] == digest_of(other)[:8]
    long = f"t-{digest_of(other)[:32]}"
    jobs.kubectl("create", "job", long, "--image=busybox", "--", "true")

    submit(message(one))
    done = submit(message(other))
    report(other)

    assert done.outcomes == ["rejected"]
    (callback,) = receiver.callbacks()
    assert callback.body["id"] == other
    assert long in callback.body["detail"]["error"]["message"]
