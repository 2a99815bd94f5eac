"""Objects of an earlier version: their callers receive the rest, and nothing runs twice.

A file of `written` has the objects of a version, under ids of its own: a Job whose caller has
accepted status 0, a Job without any callback, and the record of a rejected message.
"""

import pytest
import yaml
from kit.paths import TESTS

WRITTEN = sorted((TESTS / "data" / "written").glob("*.yaml"))
ID = "sqs-k8s.jobs/message-id"


@pytest.fixture(params=WRITTEN, ids=lambda path: path.stem)
def written(request, jobs, receiver):
    """The ids of what there is, in the order of the file."""
    text = request.param.read_text("utf-8")
    text = text.replace("NAMESPACE", jobs.namespace).replace("http://WEBHOOK", receiver.url)
    jobs.kubectl("create", "-f", "-", stdin=text)
    return [one["metadata"]["annotations"][ID] for one in yaml.safe_load_all(text)]


def test_callers_hear_what_is_left_to_hear_and_a_message_sent_again_makes_no_second_job(
    written, jobs, report, receiver, submit, message
):
    jobs.until_ended()
    before = [job["metadata"]["uid"] for job in jobs.all()]

    report(*written, report_record_namespace=jobs.namespace)
    done = submit(*(message(one) for one in written), submit_record_namespace=jobs.namespace)

    assert [receiver.statuses_of(one) for one in written] == [[1, 2], [0, 1, 2], [99]]
    assert done.outcomes == ["exists", "exists", "created"]  # what was refused was another body
    assert {job["metadata"]["uid"] for job in jobs.all()} > set(before)
