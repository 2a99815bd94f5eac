"""A message that takes a run too long: it is rejected, and the others of its batch run."""

import json

from kit.paths import ROLES
from kit.wait import until

SHIPPED = ROLES / "submit/templates/job.yaml.j2"
# Longer than any patience, and no load for what runs beside it.
WAIT = "{{ lookup('ansible.builtin.pipe', 'sleep 3600') }}"
STALL = "{% if job.args | default([]) == ['stall'] %}" + WAIT + "{% endif %}\n"
RUN_TIMEOUT = "60"  # seconds: many times what a run takes, on a slow machine too


def test_a_message_that_stalls_ends_with_99_and_the_others_of_its_batch_run(
    runner, message, receiver, tmp_path
):
    template = tmp_path / "job.yaml.j2"
    template.write_text(STALL + SHIPPED.read_text("utf-8"))
    runner.set_variables(submit_template=str(template))
    for name in ("before", "slow", "after"):
        body = message(name, **({"args": ["stall"]} if name == "slow" else {}))
        runner.queue.send(body)
    runner.start(SQS_K8S_JOBS_RUN_TIMEOUT=RUN_TIMEOUT)

    ends = [[0, 1, 2], [0, 1, 2], [99]]
    until(
        lambda: [receiver.statuses_of(one) for one in ("before", "after", "slow")] == ends,
        "each has come to its end",
    )
    (told,) = {one.raw for one in receiver.callbacks() if json.loads(one.raw)["id"] == "slow"}
    assert json.loads(told)["detail"]["error"]["errorCode"] == "A110"
    assert "tried alone" in json.loads(told)["detail"]["error"]["message"]
    until(runner.queue.is_empty, "the queue is empty")
