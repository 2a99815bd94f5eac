"""The runner's settings: where they come from, and what is said of those that cannot be used."""

import argparse
from dataclasses import fields

import pytest
from sqs_k8s_jobs import settings
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings


def load(*flags, **environment):
    parser = argparse.ArgumentParser()
    settings.add_arguments(parser)
    return settings.load(parser.parse_args(flags), environment)


@pytest.fixture
def config(tmp_path):
    """Write a settings file and return its path."""

    def write(text):
        path = tmp_path / "settings.yml"
        path.write_text(text)
        return str(path)

    return write


def test_without_anything_every_setting_has_its_default():
    assert load() == Settings()


def test_a_flag_beats_the_environment_which_beats_the_file(config):
    path = config("submit_batch_size: 1\nreport_batch_size: 1\nreceive_wait_time: 1\n")
    environment = {"SQS_K8S_JOBS_SUBMIT_BATCH_SIZE": "2", "SQS_K8S_JOBS_REPORT_BATCH_SIZE": "2"}

    loaded = load("--config", path, "--submit-batch-size", "3", **environment)

    assert (loaded.submit_batch_size, loaded.report_batch_size, loaded.receive_wait_time) == (
        3,
        2,
        1,
    )


def test_the_environment_may_name_the_file_and_a_flag_another(config, tmp_path):
    other = tmp_path / "other.yml"
    other.write_text("context: flag\n")
    environment = {"SQS_K8S_JOBS_CONFIG": config("context: environment\n")}

    assert load(**environment).context == "environment"
    assert load("--config", str(other), **environment).context == "flag"


@pytest.mark.parametrize("one", fields(Settings), ids=lambda one: one.name)
def test_each_setting_has_one_name_in_all_three_places(one, config):
    default, flag = one.default, "--" + one.name.replace("_", "-")
    value = default or "somewhere"
    value = not default if one.type == "bool" else value
    value = value + 1 if one.type == "int" and value < one.metadata["maximum"] else value
    expected = Settings(**{one.name: value})

    assert load("--config", config(f"{one.name}: {str(value).lower()}\n")) == expected
    assert load(**{f"SQS_K8S_JOBS_{one.name.upper()}": str(value)}) == expected
    switch = flag if value else f"--no-{one.name.replace('_', '-')}"
    assert load(*([switch] if one.type == "bool" else [flag, str(value)])) == expected


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("YES", True), ("1", True), ("false", False), ("0", False)]
)
def test_true_and_false_may_be_written_in_the_usual_ways(text, value):
    loaded = load(SQS_K8S_JOBS_ALLOW_MISSING_DEAD_LETTER_QUEUE=text)

    assert loaded.allow_missing_dead_letter_queue is value


@pytest.mark.parametrize("value", ["0", "1001", "-1", "1.5", "many", ""])
def test_a_number_out_of_its_limits_is_refused_with_setting_and_limits(value):
    with pytest.raises(OperatorError) as caught:
        load(SQS_K8S_JOBS_SUBMIT_BATCH_SIZE=value)

    assert str(caught.value) == (
        f"SQS_K8S_JOBS_SUBMIT_BATCH_SIZE: {value!r} is not a whole number from 1 to 1000"
    )


def test_what_is_wrong_is_named_where_it_was_set(config):
    path = config("log_format: xml\n")

    with pytest.raises(OperatorError, match=r"log_format in .*: 'xml' is none of text, json"):
        load("--config", path)
    with pytest.raises(OperatorError, match=r"^--log-format: 'xml' is none of"):
        load("--log-format", "xml")
    with pytest.raises(OperatorError, match=r"_LETTER_QUEUE: 'maybe' is neither true nor false"):
        load(SQS_K8S_JOBS_ALLOW_MISSING_DEAD_LETTER_QUEUE="maybe")


def test_a_setting_that_there_is_not_is_named_with_the_nearest_that_there_is(config):
    with pytest.raises(
        OperatorError, match=r"settings\.yml has .*: queue_ur \(did you mean queue_url\?\); zzz\."
    ):
        load("--config", config("queue_ur: x\nqueue_url: y\nzzz: 1\n"))
    with pytest.raises(OperatorError, match=r"environment has .*_URLS \(did you mean .*_URL\?\)"):
        load(SQS_K8S_JOBS_QUEUE_URLS="x")


def test_variables_of_other_things_are_no_mistyped_settings():
    others = ("SERVICE_HOST", "SERVICE_PORT_METRICS", "PORT", "PORT_8080_TCP_ADDR", "EVENTS_FILE")

    assert load(**{f"SQS_K8S_JOBS_{one}": "x" for one in others}) == Settings()


@pytest.mark.parametrize("text", ["- a\n", "words\n", "a: [\n", "a: b: c\n"])
def test_a_file_that_holds_no_settings_is_named(text, config):
    with pytest.raises(OperatorError, match=r"settings\.yml (is not a list|cannot be read)"):
        load("--config", config(text))


def test_several_queues_are_read_from_each_place_and_have_weights(config):
    expected = {"http://a": 1, "http://b": 3}

    assert load("--queue-url", "http://a http://b=3").weights == expected
    assert load("--queue-url", "http://a", "--queue-url", "http://b=3").weights == expected
    assert load(SQS_K8S_JOBS_QUEUE_URL="http://a,http://b=3").weights == expected
    for text in ("[http://a, http://b=3]", "{http://a: 1, http://b: 3}", "http://a http://b=3"):
        assert load("--config", config(f"queue_url: {text}\n")).weights == expected


def test_a_weight_that_cannot_be_used_is_named_where_it_was_set(config):
    path = config("queue_url: {http://a: 2000}\n")

    with pytest.raises(OperatorError, match=r"^queue_url in .*: the weight '2000' of the queue"):
        load("--config", path)
    with pytest.raises(OperatorError, match=r"^--queue-url: the queue http://a is named twice$"):
        load("--queue-url", "http://a", "--queue-url", "http://a=3")
    with pytest.raises(OperatorError, match=r"^SQS_K8S_JOBS_QUEUE_URL: the weight 'x'"):
        load(SQS_K8S_JOBS_QUEUE_URL="http://a=x")


def test_an_empty_file_sets_nothing(config):
    assert load("--config", config("# nothing yet\n")) == Settings()


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(OperatorError, match=r"the settings file /nowhere/s\.yml cannot be read"):
        load("--config", "/nowhere/s.yml")


READY = {"queue_url": "http://sqs.example/queue", "context": "mine"}


def test_with_a_queue_and_a_context_the_runner_can_go():
    assert settings.check(Settings(**READY), {}) is None


def test_a_batch_has_to_have_a_place_for_each_queue():
    two = {**READY, "queue_url": "http://a http://b"}

    assert settings.check(Settings(**two, submit_batch_size=2), {}) is None
    with pytest.raises(
        OperatorError, match=r"^submit_batch_size: 1 has no place .* each of the 2 queue"
    ):
        settings.check(Settings(**two, submit_batch_size=1), {})


@pytest.mark.parametrize("name", ["queue_url", "context"])
def test_what_the_runner_cannot_go_without_is_named_with_the_ways_to_set_it(name):
    with pytest.raises(OperatorError) as caught:
        settings.check(Settings(**{**READY, name: ""}), {})

    said = str(caught.value)
    assert said.startswith(f"{name} is not set")
    assert f"--{name.replace('_', '-')}" in said
    assert f"SQS_K8S_JOBS_{name.upper()}" in said


def test_inside_a_cluster_the_context_may_be_left_out():
    inside = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}

    assert settings.check(Settings(**{**READY, "context": ""}), inside) is None


@pytest.mark.parametrize("name", ["kubeconfig", "variables_file"])
def test_a_file_that_a_setting_names_has_to_be_there(name, tmp_path):
    there = tmp_path / "file"
    there.touch()

    assert settings.check(Settings(**READY, **{name: str(there)}), {}) is None
    with pytest.raises(OperatorError, match=f"^{name}: there is no file /nowhere$"):
        settings.check(Settings(**READY, **{name: "/nowhere"}), {})
