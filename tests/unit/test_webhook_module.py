"""The module `webhook`: what a task gives, and what it gets back."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.sqs_k8s.jobs.plugins.modules import webhook
from support.endpoint import Endpoint, with_status

CALLBACK = {"id": "one", "status": 0, "body": "{}", "delivery_id": "one-0"}


@pytest.fixture
def task(capsys):
    """Run the module with these arguments and return its answer."""

    def run(**arguments):
        with patch_module_args(arguments), pytest.raises(SystemExit) as ended:
            webhook.main()
        return {**json.loads(capsys.readouterr().out), "exit_code": ended.value.code}

    return run


def test_each_callback_has_its_result(task):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url, "job": {"name": "t-1"}}])

    assert (done["changed"], done["exit_code"]) == (True, 0)
    (result,) = done["results"]
    assert (result["accepted"], result["code"]) == (True, 200)
    assert result["job"] == {"name": "t-1"}


def test_an_endpoint_that_refuses_is_a_result_and_no_failure(task):
    with Endpoint(with_status(500)) as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}])

    assert done["exit_code"] == 0
    assert done["results"][0]["error"] == "HTTP status 500"


def test_nothing_is_sent_in_check_mode(task):
    with Endpoint() as endpoint:
        done = task(callbacks=[{**CALLBACK, "url": endpoint.url}], _ansible_check_mode=True)

        assert endpoint.requests == []
    assert (done["changed"], done["results"][0]["accepted"]) == (True, False)


def test_without_callbacks_nothing_changes(task):
    done = task(callbacks=[])

    assert (done["changed"], done["results"]) == (False, [])
