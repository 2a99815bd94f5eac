"""AWX: the project is imported, playbooks/awx.yml sets it up, and its jobs run as AWX runs them."""

import json
import re

import pytest
from awx import account, collection, job
from awx.controller import TOKEN, Controller
from data.hostile.messages import PIPE
from kit.builders.variables import OWN
from kit.cluster import documented_access
from kit.paths import DOCS, ROOT
from kit.processes import playbooks

PLAYBOOKS = {f"playbooks/{path.name}" for path in (ROOT / "playbooks").glob("*.yml")}
VARIABLES = {
    **OWN,
    "message_interval": 1,
    "submit_record_namespace": documented_access.OWN,
    "report_record_namespace": documented_access.OWN,
}


@pytest.fixture(scope="module", autouse=True)
def awx_awx():
    """The collection with which AWX is set up; newer packages `ansible` lack it."""
    collection.install()


@pytest.fixture(scope="module")
def set_up(cluster, fork_servers, environment):
    """Run the playbook that sets AWX up; return how many tasks changed something."""

    def run(controller, cold=False, **variables):
        executables = None if cold else fork_servers.executables()
        python = {"ansible_python_interpreter": executables.python} if executables else {}
        done = playbooks.run(
            cluster,
            "awx.yml",
            {**python, **variables},
            program=executables.playbook if executables else None,
            **{"K8S_AUTH_KUBECONFIG": "", "K8S_AUTH_CONTEXT": "", **environment},
            CONTROLLER_HOST=controller.url,
            CONTROLLER_OAUTH_TOKEN=TOKEN,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return int(re.search(r"changed=(\d+)", done.stdout)[1])

    return run


@pytest.fixture(scope="module")
def environment(cluster, tmp_path_factory):
    account.grant(cluster, "default")
    return account.environment(cluster, tmp_path_factory.mktemp("account"))


@pytest.fixture(scope="module")
def controller(set_up):
    """AWX as the playbook has set it up."""
    with Controller(PLAYBOOKS) as started:
        assert set_up(started, awx_setup_variables=VARIABLES) > 0
        yield started


@pytest.fixture
def launch(controller, cluster, namespace, tmp_path):
    """Run a job of a template with answers to its survey."""
    account.grant(cluster, namespace)
    numbers = iter(range(1, 9))

    def run(template, **answers):
        folder = tmp_path / f"job-{next(numbers)}"
        playbook = job.lay_out(folder, controller, f"sqs-k8s-jobs-{template}", answers)
        return job.run(folder, playbook)

    return run


def test_a_second_run_changes_nothing_and_a_changed_variable_what_it_is_about(controller, set_up):
    made = list(controller.changes)
    assert {path for method, path in made if method == "POST"} >= {"projects", "job_templates"}

    again = set_up(controller, cold=True, awx_setup_variables=VARIABLES)
    assert (again, controller.changes) == (0, made)

    set_up(controller, awx_setup_variables=VARIABLES, awx_setup_report_minutes=7)
    schedule = controller.one("schedules", "sqs-k8s-jobs-report")
    assert controller.changes[len(made) :] == [("PATCH", f"schedules/{schedule['id']}")]
    assert schedule["rrule"].endswith(";INTERVAL=7")


def test_without_the_collection_awx_awx_it_is_said_once_how_to_install_it(cluster):
    done = playbooks.run(cluster, "awx.yml", {}, ANSIBLE_COLLECTIONS_SCAN_SYS_PATH="false")

    command = "ansible-galaxy collection install 'awx.awx:>=24.6.1,<25'"
    assert done.returncode != 0
    assert f'msg": "the collection awx.awx is missing: {command}"' in done.stdout
    assert (done.stdout + done.stderr).count("ERROR") == 1
    assert command in (DOCS / "how-to" / "awx.md").read_text("utf-8")


def test_who_launches_a_job_answers_its_survey_and_sets_no_other_variable(controller):
    for template in controller.objects.all["job_templates"]:
        assert template["ask_variables_on_launch"] is False
        assert template["survey_enabled"] == bool(template["survey_spec"])


def test_a_message_in_a_survey_is_taken_to_its_end_and_each_status_is_shown(
    launch, message, receiver, namespace, controller
):
    name = f"awx {namespace}"
    text = json.dumps(message(name, args=["x" * 1_040_000]), indent=2)
    (question,) = controller.one("job_templates", "sqs-k8s-jobs-message")["survey_spec"]["spec"]
    assert question["min"] <= len(text) <= question["max"] == 1024 * 1024

    done = launch("message", message=text)

    assert done.rc == 0, done.stdout
    assert receiver.statuses_of(name) == [0, 1, 2]
    for line in ("0 job started", "1 pod started", "2 complete"):
        assert line in done.stdout
    assert "runner_on_ok" in {event["event"] for event in done.events}


def test_a_message_that_is_refused_makes_the_job_fail_with_the_reason(
    launch, message, receiver, namespace
):
    name = f"awx {namespace}"

    done = launch("message", message=json.dumps(message(name, ttlSecondsAfterFinished=30)))

    assert done.rc != 0
    assert "job.ttlSecondsAfterFinished: 30 is less than the minimum of 60" in done.stdout
    assert receiver.statuses_of(name) == [99]


def test_the_other_templates_run_with_their_surveys(launch, message, namespace, tmp_path):
    mark = tmp_path / "ran"
    pipe = PIPE.replace("MARK", str(mark))

    preview = launch("preview", message=json.dumps(message(f"awx {namespace}", command=[pipe])))
    cancel = launch("cancel", id=f"{pipe} {namespace}")
    logs = launch("logs", id=f"{pipe} {namespace}")
    others = [launch(template) for template in ("list", "report", "replay")]

    assert preview.rc == 0, preview.stdout
    assert "kind: Job" in preview.stdout
    assert cancel.rc != 0
    assert "this id has no Job" in cancel.stdout
    assert logs.rc != 0
    assert "no Pod of this id is there" in logs.stdout
    assert [one.rc for one in others] == [0, 0, 0], [one.stdout for one in others]
    assert not mark.exists()


@pytest.mark.parametrize(
    ("form", "marked"),
    [
        ("data", False),
        pytest.param("data", True, marks=pytest.mark.verify),
        pytest.param("text", True, marks=pytest.mark.verify),
        pytest.param("text", False, marks=pytest.mark.verify),
    ],
)
def test_a_hostile_message_is_data_whether_awx_has_marked_it_or_not(
    launch, message, jobs, tmp_path, monkeypatch, form, marked
):
    mark = tmp_path / "ran"
    pipe = PIPE.replace("MARK", str(mark))
    sent = message(f"{pipe} {jobs.namespace}", command=[pipe, "{{ undefined }}"], args=["!unsafe"])
    sent["webhook"]["url"] += "/{{7*7}}"
    sent[pipe] = pipe
    if not marked:  # as where the setting ALLOW_JINJA_IN_EXTRA_VARS is `always`
        monkeypatch.setattr(job, "_Untrusted", job.yaml.SafeDumper)

    done = launch("message", message=json.dumps(sent) if form == "text" else sent)

    assert done.rc == 0, done.stdout
    assert not mark.exists()
    (container,) = jobs.one()["spec"]["template"]["spec"]["containers"]
    assert container["command"] == sent["job"]["command"]
    assert jobs.one()["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == sent["id"]
    assert jobs.one()["metadata"]["annotations"]["sqs-k8s.jobs/webhook"] == sent["webhook"]["url"]


def test_the_docs_name_each_template(controller):
    page = (DOCS / "how-to" / "awx.md").read_text("utf-8")

    assert sorted(re.findall(r"^\| `(sqs-k8s-jobs-\w+)` \|", page, re.MULTILINE)) == sorted(
        one["name"] for one in controller.objects.all["job_templates"]
    )


def test_variables_are_written_as_awx_writes_them():
    assert job.extra_variables({"a": "b", "c": {"d": ["e", 1]}}, {"a": "b"}) == (
        "a: b\n!unsafe 'c':\n  !unsafe 'd':\n  - !unsafe 'e'\n  - 1\n"
    )
