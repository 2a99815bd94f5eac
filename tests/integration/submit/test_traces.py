"""A message's trace goes on with its Job, its Pods and its callbacks."""

import json

from kit.builders.statuses import TRACE
from kit.servers.endpoint import Endpoint

ANNOTATION = "sqs-k8s.jobs/traceparent"


def test_a_trace_is_on_job_and_pod_and_in_the_header_of_each_callback(
    submit, message, report, jobs, cluster, namespace
):
    with Endpoint() as caller:
        traced = {**message("traced"), "webhook": {"url": caller.url}}
        refused = {**message("traced-refused", image=7), "webhook": {"url": caller.url}}
        submit(traced, refused, submit_traceparents={"0000": TRACE, "0001": TRACE})
        jobs.until_ended()
        report("traced", "traced-refused")
        heard = [(json.loads(one.body)["status"], one.headers) for one in caller.requests]

    assert sorted(status for status, _ in heard) == [0, 1, 2, 99]
    assert {headers["traceparent"] for _, headers in heard} == {TRACE}
    assert jobs.one()["metadata"]["annotations"][ANNOTATION] == TRACE
    (pod,) = json.loads(cluster.kubectl("-n", namespace, "get", "pods", "-o", "json"))["items"]
    assert pod["metadata"]["annotations"][ANNOTATION] == TRACE
