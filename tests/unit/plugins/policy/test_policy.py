"""The operator's policy: which messages it refuses, by the defaults that ship and by others."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.patterns import Patterns
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.rules import Policy
from kit.builders import policies
from kit.builders.policies import allows, rules
from kit.builders.rendering import message, render

POD = "spec.template.spec."


@pytest.mark.parametrize("name", ["seed", "exit-3", "out-of-memory", "deadline", "gpu", "fargate"])
def test_the_specifications_message_and_the_demos_pass_with_the_defaults(golden, name):
    folder = golden.parents[2] / "runner" / "sqs_k8s_jobs" / "demo" / "messages"

    (one,) = render((folder / f"{name}.json").read_text("utf-8"))

    assert one["error"] is None


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"namespace": "other"}, "job.namespace: 'other' is not allowed (allowed: default)"),
        ({"fargate": {"key": "app", "value": "x"}}, "job.fargate.key: 'app' is not allowed"),
        *(
            ({"fargate": {"key": key, "value": "x"}}, f"job.fargate.key: {key!r} is not allowed")
            for key in ("app.kubernetes.io/name", "sidecar.istio.io/inject", "jobId", "gpuType")
        ),
        ({"serviceAccount": "admin"}, f"{POD}serviceAccountName: 'admin' is not allowed"),
        ({"envRef": [{"name": "keys", "type": "secret"}]}, "envFrom[0].secretRef.name: 'keys'"),
        (
            {"nodeSelector": {"matchKey": "node-role.kubernetes.io/master", "matchValue": "x"}},
            "nodeSelector: 'node-role.kubernetes.io/master=x' is not allowed",
        ),
        (
            {"toleration": {"key": "node-role.kubernetes.io/control-plane", "value": "x"}},
            "tolerations[0]: 'node-role.kubernetes.io/control-plane=x' is not allowed",
        ),
        ({"resources": {"limits": {"cpu": 65}}}, "its limits of cpu are above the ceiling of 64"),
        ({"resources": {"requests": {"memory": "1Ti"}}}, "requests of memory are above the"),
        ({"gpuEnable": True, "gpuNumber": 9}, "its limits of nvidia.com/gpu are above"),
        ({"activeDeadlineSeconds": 604801}, "activeDeadlineSeconds is 604801, above the limit of"),
        ({"ttlSecondsAfterFinished": 604801}, "spec.ttlSecondsAfterFinished is 604801, above"),
        ({"backoffLimit": 101}, "spec.backoffLimit is 101, above the limit of 100"),
    ],
)
def test_the_defaults_refuse_with_the_field_and_what_would_be_allowed(job, said):
    (one,) = render(message(**job))

    assert (one["manifest"], one["error"]["errorCode"]) == (None, "A114")
    assert one["error"]["message"].startswith("forbidden by policy: ")
    assert said in one["error"]["message"]


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"namespace": "kube-system"}, "job.namespace: 'kube-system' is never allowed"),
        (
            {"fargate": {"key": "sqs-k8s.jobs/done", "value": "x"}},
            "job.fargate.key: 'sqs-k8s.jobs/done' is never allowed",
        ),
        (
            {"fargate": {"key": "app", "value": "x"}},
            "job.fargate.key: 'app' is not allowed (allowed: none)",
        ),
        (
            {"namespace": "n" * 61},
            f"job.namespace: '{'n' * 60}…' is not allowed (allowed: default)",
        ),
        (
            {"namespace": "n" * 60},
            f"job.namespace: '{'n' * 60}' is not allowed (allowed: default)",
        ),
    ],
)
def test_a_refusal_is_one_sentence(job, said):
    with pytest.raises(checks.Forbidden) as refused:
        checks.check_message(message(**job), rules(pod_labels=[]))

    assert str(refused.value) == f"forbidden by policy: {said}"


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        ({"secret": {"secretName": "keys"}}, "volumes[0].secret.secretName: 'keys'"),
        (
            {"csi": {"nodePublishSecretRef": {"name": "keys"}}},
            "volumes[0].csi.nodePublishSecretRef.name: 'keys'",
        ),
        (
            {"projected": {"sources": [{}, {"secret": {"name": "keys"}}]}},
            "volumes[0].projected.sources[1].secret.name: 'keys'",
        ),
        (
            {"persistentVolumeClaim": {"claimName": "data"}},
            "volumes[0].persistentVolumeClaim.claimName: 'data'",
        ),
    ],
)
def test_what_a_template_refers_to_is_named_with_its_place(volume, said):
    made = a_template(volumes=[{"name": "a", **volume}])

    with pytest.raises(checks.Forbidden) as refused:
        checks.check_template(made, Policy(policies.policy(volume_claims=[])))

    assert str(refused.value) == f"forbidden by policy: {POD}{said} is not allowed (allowed: none)"


@pytest.mark.parametrize(
    "name", ["backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"]
)
def test_a_probe_may_have_any_number_that_kubernetes_takes(name):
    made = a_template()
    made["spec"][name] += 1

    with pytest.raises(checks.Forbidden, match=f"{name} is 2147483648, above the limit"):
        checks.check_template(made, Policy(policies.policy()))


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ([], "none"),
        (["a", "b"], "a, b"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdef"), "a, b, c, d, e, …"),
    ],
)
def test_what_would_be_allowed_is_told_briefly(listed, words):
    assert str(Patterns(listed)) == words


def a_template(**spec):
    """The Job that a template made of a probe."""
    container = {"image": "any.example/image"}
    pod = {"serviceAccountName": "any", "containers": [container], **spec}
    limits = {"backoffLimit": 2**31 - 1, "activeDeadlineSeconds": 2**31 - 1}
    keeping = {"ttlSecondsAfterFinished": 2**31 - 1}
    return {"metadata": {}, "spec": {**limits, **keeping, "template": {"spec": pod}}}


def test_a_template_is_not_judged_by_what_a_message_chooses():
    limited = Policy(
        policies.policy(
            images=["busybox"],
            service_accounts=[],
            ceilings={"cpu": 1},
            require_limits=["cpu"],
        )
    )
    resources = {"limits": {"cpu": 2}}

    checks.check_template(a_template(), limited)
    checks.check_template(a_template(containers=[{"image": "a", "resources": resources}]), limited)


def test_a_template_needs_one_service_whose_rules_it_satisfies():
    services = {"first": {}, "second": {"allow": ["hostNetwork"], "pod_security": "privileged"}}
    one_of_them = Policy(policies.policy(services=services))

    checks.check_template(a_template(hostNetwork=True), one_of_them)


def test_a_template_that_all_rules_refuse_is_refused_as_the_first_ones_say():
    volumes = [{"name": "a", "configMap": {"name": "b"}}]
    both = Policy(policies.policy(config_maps=["a"], services={"x": {"config_maps": ["c"]}}))

    with pytest.raises(checks.Forbidden, match="allowed: a"):
        checks.check_template(a_template(volumes=volumes), both)


@pytest.mark.parametrize("namespace", ["kube-system", "kube-public", "kube-node-lease"])
def test_kubernetes_own_namespaces_are_refused_whatever_is_listed(namespace):
    assert not allows(checks.check_message, message(namespace=namespace), namespaces=["*"])


def test_this_services_own_labels_are_refused_whatever_is_listed():
    own = message(fargate={"key": "sqs-k8s.jobs/done", "value": "true"})

    assert not allows(checks.check_message, own, pod_labels=["*"])


@pytest.mark.parametrize(
    ("patterns", "name", "fine"),
    [
        *((["*"], "a", True), ([], "a", False), (["b"], "a", False), (["a", "b"], "b", True)),
        *((["team-*"], "team-a", True), (["team-?"], "team-ab", False), (["[ab]"], "b", True)),
        *((["*", "!a"], "a", False), (["*", "!a"], "b", True), (["!a"], "b", False)),
        *((["!a*", "ab"], "ab", False), (["A"], "a", False), (["a"], "xa", False)),
    ],
)
def test_one_pattern_must_match_and_no_refusing_one_may(patterns, name, fine):
    assert allows(checks.check_message, message(namespace=name), namespaces=patterns) is fine
