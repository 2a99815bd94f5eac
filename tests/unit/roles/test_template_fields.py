"""Careless templates: what a text that breaks out of its line cannot add, as SECURITY.md says."""

import json

import pytest
from ansible.errors import AnsibleError
from data.hostile import breakouts
from data.hostile.breakouts import ADDED, ADDED_BESIDE, KEYS, in_arguments, in_lines
from kit.builders.rendering import ROLE, manifest, message, render

LACKING = "neither the probe nor a golden case has this field"
POD = "spec.template.spec."


@pytest.fixture
def template(tmp_path):
    """A template that does not quote, with lines of its own."""

    def write(pod="", metadata="", first=""):
        path = tmp_path / "careless.yaml.j2"
        path.write_text(first + breakouts.template(pod, metadata), "utf-8")
        return path

    return write


@pytest.fixture
def golden(tmp_path):
    """A golden case of the operator's own, and what was written down of it."""

    def write(body, became="kind: Job\n", name="case"):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(body), "utf-8")
        if became:
            file.with_suffix(".yaml").write_text(became, "utf-8")
        return [str(file)]

    return write


def made(body, path, **options):
    (one,) = render(body, template=path, **options)
    return one["error"]


@pytest.mark.parametrize("name", ADDED)
def test_a_text_that_breaks_out_of_its_line_adds_no_field_that_nothing_judges(name, template):
    field, text = ADDED[name]

    error = made(in_arguments(text), template())

    assert error["errorCode"] == "A114", error
    assert error["message"].startswith(f"forbidden by policy: {field}: {LACKING}")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["annotations", "labels"])
def test_a_text_that_breaks_out_of_its_line_adds_no_annotation_and_no_label(kind, key, template):
    path = template(metadata=f"      {kind}: " + "{own: {{ text }}}\n")
    if kind == "labels":
        path.write_text(path.read_text("utf-8").replace("      labels: {app: own}\n", ""), "utf-8")

    error = made(in_lines(f"a, {key}: b"), path)

    field = f"spec.template.metadata.{kind}.{key}"
    assert error["message"] == f"forbidden by policy: {field}: {LACKING}"


def test_a_label_without_a_value_is_one_too(template):
    path = template(metadata="      labels: {app: own, own: {{ text }}}\n")
    path.write_text(path.read_text("utf-8").replace("      labels: {app: own}\n", ""), "utf-8")

    error = made(in_lines("a, linkerd.io/inject: null"), path)

    field = "spec.template.metadata.labels.linkerd.io/inject"
    assert error["message"] == f"forbidden by policy: {field}: {LACKING}"


@pytest.mark.parametrize("name", ADDED)
def test_the_template_that_ships_quotes_the_same_text(name):
    assert made(in_arguments(ADDED[name][1]), ROLE / "templates" / "job.yaml.j2") is None


@pytest.mark.parametrize("name", ADDED_BESIDE)
def test_a_text_that_breaks_out_of_its_line_adds_nothing_beside_what_the_template_has(
    name, template
):
    own, field, text = ADDED_BESIDE[name]
    path = template(own)

    assert made(message(), path) is None
    words = made(in_lines(text), path)["message"]
    assert words.startswith(f"forbidden by policy: {POD}{field}"[:120])


def test_a_message_gives_its_job_the_fields_that_a_golden_case_has(template, golden):
    chosen = "{% if job.priority is defined %}      priorityClassName: a\n{% endif %}"
    path = template(chosen)
    body = message(priority="urgent")

    assert made(body, path)["message"].startswith(f"forbidden by policy: {POD}priorityClassName: ")
    assert made(body, path, golden=golden(message(priority="low"))) is None


def test_a_golden_case_that_is_refused_shows_no_field(template, golden):
    chosen = "{% if job.args is defined %}      priorityClassName: a\n{% endif %}"
    path = template("{% if job.queue is defined %}      priorityClassName: a\n{% endif %}")
    body = message(queue="a")

    assert made(body, path, golden=golden(body, "refused: {errorCode: A114}\n"))
    assert made(body, path, golden=golden(body, "# as it is\nkind: Job\n")) is None
    assert made(message(args=["a", "b"]), template(chosen)) is None  # a probe has arguments


def test_a_golden_case_of_another_template_shows_nothing(tmp_path, golden):
    own = breakouts.template(
        "{% if job.urgent is defined %}      priorityClassName: urgent\n{% endif %}"
    )
    folder = tmp_path / "templates"
    folder.mkdir()
    for name in ("billing", "default"):
        (folder / f"{name}.yaml.j2").write_text(own, "utf-8")
    cases = golden({**message(urgent=True), "service": "billing"})

    assert made({**message(urgent=True), "service": "billing"}, folder, golden=cases) is None
    assert made(message(urgent=True), folder, golden=cases)["errorCode"] == "A114"


def test_a_message_gives_its_job_the_fields_that_the_operator_lists(template):
    body = in_arguments(ADDED["a PriorityClass"][1])

    assert made(body, template(), rules={"fields": [f"{POD}priorityClassName"]}) is None
    assert made(body, template(), rules={"fields": ["*"]}) is None
    assert made(body, template(), rules={"fields": ["metadata.*"]})["errorCode"] == "A114"


def test_a_template_may_write_what_it_wants_for_every_message_of_a_service(template):
    of_service = "{% if message.service == 'example' %}      schedulerName: own\n{% endif %}"

    assert made(message(), template(of_service)) is None


def test_variables_of_the_operators_are_fields_of_the_template():
    own = {
        "labels": {"team": "a"},
        "annotations": {"iam.amazonaws.com/role": "jobs"},
        "priority_class": "low",
        "image_pull_secrets": ["registry"],
        "sidecars": [{"name": "logs", "image": "busybox"}],
        "volumes": [{"name": "token", "projected": {"sources": []}}],
        "pod_spec": {"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}]},
        "services": {"example": {"spec": {"suspend": True}}},
    }

    assert manifest(message(), **own)["spec"]["suspend"] is True


def test_a_message_with_every_field_has_those_of_the_template_that_ships():
    every = json.loads((ROLE / "files" / "every-field.json").read_text("utf-8"))
    schema = json.loads((ROLE / "files" / "message.schema.json").read_text("utf-8"))

    job = schema["properties"]["job"]["properties"]
    assert set(every["job"]) == set(job) - {"volume:"}
    assert manifest({**every, "id": "!"})


def test_the_message_chooses_its_pod_label_and_node_selector():
    chosen = {
        "fargate": {"key": "any", "value": "b"},
        "nodeSelector": {"matchKey": "disk", "matchValue": "ssd"},
    }

    assert manifest(message(**chosen))["spec"]["template"]["metadata"]["labels"]["any"] == "b"


def test_a_template_that_takes_no_message_of_the_operators_is_the_operators_to_mend(template):
    path = template(first="{% if job.pieces is not defined %}{{ nowhere }}{% endif %}\n")
    body = message(pieces=3)

    with pytest.raises(AnsibleError, match="renders neither the probe nor a golden case"):
        made(body, path)


def test_a_template_that_takes_a_golden_case_alone_is_held_to_that(template, golden):
    path = template(first="{% if job.pieces is not defined %}{{ nowhere }}{% endif %}\n")
    cases = golden(message(pieces=3))

    hostile = in_arguments(ADDED["a PriorityClass"][1], pieces=4)
    fine, refused = render(message(pieces=4), hostile, template=path, golden=cases)

    assert (fine["error"], refused["error"]["errorCode"]) == (None, "A114")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"id": "a"}', '{"id": "a", "service": "b", "job": []}', "\udcff"]
)
def test_a_golden_case_that_is_no_message_shows_nothing(template, tmp_path, text):
    file = tmp_path / "case.json"
    file.write_text(text, "utf-8", "surrogateescape")

    found = made(
        in_arguments(ADDED["a PriorityClass"][1]),
        template(),
        golden=[str(file), str(tmp_path / "gone.json")],
    )

    assert found["errorCode"] == "A114"


def test_a_text_that_breaks_out_of_its_line_can_still_hide_the_lines_after_it(template):
    hidden = "      securityContext: {runAsNonRoot: true}\n"
    path = template(f"      hostname: {{{{ text }}}}\n{hidden}      subdomain: {{{{ text }}}}\n")

    plain, hiding = (render(in_lines(text), template=path)[0] for text in ("a", '"'))

    pods = [one["manifest"]["spec"]["template"]["spec"] for one in (plain, hiding)]
    assert ["securityContext" in pod for pod in pods] == [True, False]


def test_a_text_that_breaks_out_of_its_line_can_still_choose_the_value_of_a_known_field(template):
    path = template("{% if job.gpuEnable is defined %}      priorityClassName: a\n{% endif %}")

    (one,) = render(in_arguments(ADDED["a PriorityClass"][1]), template=path)

    assert one["manifest"]["spec"]["template"]["spec"]["priorityClassName"].startswith("system-")
