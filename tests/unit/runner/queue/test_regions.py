"""The region of a queue: its URL names it, or the environment does."""

import pytest
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.queue import sqs
from sqs_k8s_jobs.queue.regions import region_of

ELSEWHERE = {"AWS_REGION": "sa-east-1", "AWS_DEFAULT_REGION": "af-south-1"}


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("sqs.eu-central-1.amazonaws.com", "eu-central-1"),
        ("SQS.eu-central-1.amazonaws.com", "eu-central-1"),
        ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("sqs-fips.us-east-2.amazonaws.com", "us-east-2"),
        ("sqs.eu-west-1.api.aws", "eu-west-1"),
        ("vpce-0123-abc.sqs.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
    ],
)
def test_an_endpoint_of_aws_names_the_region_whatever_the_environment_says(host, region):
    assert region_of(f"https://{host}/123456789012/jobs", ELSEWHERE) == region


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5000/123456789012/jobs",
        "https://sqs.example/eu-central-1.amazonaws.com/jobs",
        "https://sqs.eu-central-1.amazonaws.com.example/123456789012/jobs",
        "https://queue.amazonaws.com/123456789012/jobs",
    ],
)
def test_for_another_endpoint_the_environment_names_it_as_the_other_sdks_read_it(url):
    assert region_of(url, ELSEWHERE) == "sa-east-1"
    assert region_of(url, {"AWS_DEFAULT_REGION": "af-south-1", "AWS_REGION": ""}) == "af-south-1"
    assert region_of(url, {}) is None


@pytest.fixture
def no_region(monkeypatch, tmp_path):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.mark.usefixtures("no_region")
def test_a_queue_is_asked_in_its_own_region():
    queue = sqs.open_queue("https://sqs.eu-west-3.amazonaws.com/123456789012/jobs")

    assert queue._client.meta.region_name == "eu-west-3"


@pytest.mark.usefixtures("no_region")
def test_a_queue_without_a_region_is_an_error_that_says_what_to_set():
    with pytest.raises(OperatorError, match=r"the region of the queue http.* set AWS_REGION"):
        sqs.open_queue("http://127.0.0.1:5000/123456789012/jobs")
