"""playbooks/message.yml: one message by hand, taken to its end."""


def test_a_message_is_taken_to_its_end_and_each_status_is_shown(
    playbook, message, receiver, message_file
):
    done = playbook("message.yml", message_file=message_file(message("one")), message_interval=1)

    assert receiver.statuses_of("one") == [0, 1, 2]
    for line in ("0 job started", "1 pod started", "2 complete"):
        assert line in done.stdout


def test_a_job_that_fails_makes_the_playbook_fail_with_the_reason(
    playbook, message, receiver, message_file
):
    path = message_file(message("fails-by-hand", env=[{"name": "FAKE_EXIT_CODE", "value": "3"}]))

    done = playbook("message.yml", message_file=path, message_interval=1, fails=True)

    assert receiver.statuses_of("fails-by-hand") == [0, 1, 3]
    error = receiver.callbacks()[-1].body["detail"]["error"]
    assert error["errorCode"] == "A108"
    assert "exit code 3" in error["message"]
    assert "BackoffLimitExceeded" in done.stdout


def test_an_invalid_message_makes_the_playbook_fail_naming_field_and_limit(
    playbook, message, receiver, message_file
):
    path = message_file(message("short", ttlSecondsAfterFinished=30))

    done = playbook("message.yml", message_file=path, fails=True)

    assert "job.ttlSecondsAfterFinished: 30 is less than the minimum of 60" in done.stdout
    assert receiver.statuses_of("short") == [99]


def test_a_file_that_is_not_there_is_named(playbook):
    done = playbook("message.yml", message_file="/nowhere/message.json", fails=True)

    assert "cannot read the message /nowhere/message.json" in done.stdout


def test_without_a_file_the_playbook_says_how_to_name_one(playbook):
    done = playbook("message.yml", fails=True)

    assert "-e message_file=PATH" in done.stdout + done.stderr


def test_a_caller_that_cannot_be_told_makes_the_playbook_fail(
    playbook, message, receiver, message_file
):
    deaf = {**message("deaf"), "webhook": {"url": "http://127.0.0.1:1025/nobody"}}

    done = playbook("message.yml", message_file=message_file(deaf), message_interval=1, fails=True)

    assert "attempt failed" in done.stdout
    assert receiver.callbacks() == []
