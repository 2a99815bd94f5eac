"""playbooks/deploy.yml, undeploy.yml and manifests.yml, on a real API server with fake nodes."""

import json

import pytest
import yaml
from cluster import ClusterError
from kit.paths import DOCS

RIGHTS = DOCS / "operations" / "access" / "rbac.yaml"
NODE = {"kubernetes.io/hostname": "fake-node-0"}


@pytest.fixture
def name(namespace):
    """A name and namespace of the test's own, since cluster roles have none."""
    return f"{namespace[:40]}-run"


@pytest.fixture
def variables(name, namespace):
    return {
        "deploy_name": name,
        "deploy_namespace": name,
        "deploy_job_namespaces": [namespace],
        "deploy_image": "registry.example/sqs-k8s-jobs:1",
        "deploy_queue_url": "https://sqs.eu-central-1.amazonaws.com/1/jobs",
        "deploy_node_selector": NODE,
        "deploy_environment": {"FAKE_RUN_SECONDS": "3600s"},
        "deploy_timeout": 120,
    }


@pytest.fixture
def run(playbook, variables):
    def call(which, *flags, **more):
        return playbook(which, *flags, **{**variables, **more})

    return call


@pytest.fixture
def deployed(run):
    return run("deploy.yml")


@pytest.fixture
def read(cluster, name):
    def get(kind, one=name):
        return json.loads(cluster.kubectl("-n", name, "get", kind, one, "-o", "json"))

    return get


@pytest.fixture
def kinds(cluster, name):
    """The kinds of what there is in the cluster of this name, RoleBindings elsewhere among it."""

    def look():
        kinds = "namespace,clusterrole,clusterrolebinding,rolebinding,role,deployment,service,sa"
        selector = f"app.kubernetes.io/instance={name}"
        found = cluster.kubectl("get", kinds, "-A", "-l", selector, "-o", "json")
        return sorted({one["kind"] for one in json.loads(found)["items"]})

    return look


def test_the_runners_are_ready_when_it_ends_and_a_second_run_changes_nothing(run, deployed, read):
    assert "changed=2" in deployed.stdout
    assert read("deployment")["status"]["readyReplicas"] == 2

    again = run("deploy.yml")
    assert "changed=0" in again.stdout
    assert read("deployment")["metadata"]["generation"] == 1


def test_the_runner_is_restricted_and_its_namespace_takes_nothing_else(deployed, cluster, name):
    assert deployed.returncode == 0
    with pytest.raises(ClusterError, match="violates PodSecurity"):
        cluster.kubectl("-n", name, "run", "plain", "--image=busybox")


def test_check_mode_says_what_would_change_and_changes_nothing(run, deployed, read):
    assert deployed.returncode == 0
    before = read("deployment")["metadata"]["generation"]

    done = run("deploy.yml", "--check", "--diff", deploy_replicas=3)

    assert "changed=1" in done.stdout
    assert '"replicas": 3' in done.stdout
    assert "managedFields" not in done.stdout
    assert read("deployment")["metadata"]["generation"] == before


def test_in_check_mode_nothing_is_made(run, kinds):
    run("deploy.yml", "--check", "--diff")

    assert kinds() == []


def test_settings_restart_the_runners_and_variables_do_not(run, deployed, read, name):
    assert deployed.returncode == 0
    template = read("deployment")["spec"]["template"]

    run("deploy.yml", deploy_variables={"report_deduplication_window": 60})
    assert read("deployment")["spec"]["template"] == template
    variables = yaml.safe_load(read("configmap", f"{name}-variables")["data"]["variables.yml"])
    assert variables["report_deduplication_window"] == 60

    run("deploy.yml", deploy_settings={"submit_batch_size": 100})
    assert read("deployment")["spec"]["template"] != template
    settings = yaml.safe_load(read("configmap", f"{name}-settings")["data"]["settings.yml"])
    assert (settings["submit_batch_size"], settings["leader_election_lease"]) == (100, name)


def test_what_scales_the_runners_sets_their_number(run, read):
    run("deploy.yml", deploy_scaling="hpa", deploy_max_replicas=7)

    assert read("hpa")["spec"]["maxReplicas"] == 7
    assert read("deployment")["spec"]["replicas"] == 1  # the API server's own default


@pytest.fixture
def written(run, tmp_path):
    def manifests(**more):
        path = tmp_path / "manifests.yaml"
        run("manifests.yml", deploy_manifests_file=str(path), **more)
        return path

    return manifests


def test_the_plain_manifests_are_what_is_applied(written, deployed, cluster):
    assert deployed.returncode == 0

    assert cluster.kubectl("diff", "-f", str(written())) == ""


def test_the_plain_manifests_have_what_the_cluster_need_not_know(written):
    path = written(deploy_pod_monitor="true", deploy_scaling="keda")
    made = {one["kind"]: one for one in yaml.safe_load_all(path.read_text("utf-8"))}

    assert made["PodMonitor"]["spec"]["podMetricsEndpoints"] == [{"port": "metrics"}]
    (trigger,) = made["ScaledObject"]["spec"]["triggers"]
    assert trigger["metadata"]["queueURL"] == "https://sqs.eu-central-1.amazonaws.com/1/jobs"
    assert trigger["metadata"]["awsRegion"] == "eu-central-1"
    trust = made["TriggerAuthentication"]["metadata"]["name"]
    assert trigger["authenticationRef"] == {"name": trust}
    assert "replicas" not in made["Deployment"]["spec"]


def test_a_queue_whose_url_names_no_region_needs_one_to_be_scaled_by(run, tmp_path):
    done = run(
        "manifests.yml",
        deploy_manifests_file=str(tmp_path / "manifests.yaml"),
        deploy_queue_url="https://sqs.internal.example/1/jobs",
        deploy_scaling="keda",
        fails=True,
    )

    assert "deploy_aws_region is to be set: https://sqs.internal.example/1/jobs" in done.stdout


def allowed(documents):
    """Return the roles' permissions: ClusterRoles each by its name's end, Roles together."""
    return {
        (name, group, resource, verb, *rule.get("resourceNames", []))
        for role in documents
        if role["kind"] in ("ClusterRole", "Role")
        for name in [role["kind"] == "ClusterRole" and role["metadata"]["name"].rsplit("-", 1)[-1]]
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_its_rights_are_those_that_the_documentation_names(written):
    path = written(deploy_webhook_secret_name="sqs-k8s-jobs-webhooks")

    named = yaml.safe_load_all(RIGHTS.read_text("utf-8"))
    assert allowed(yaml.safe_load_all(path.read_text("utf-8"))) == allowed(named)


def test_once_it_is_undeployed_nothing_is_left(run, deployed, kinds, cluster, name):
    assert deployed.returncode == 0
    assert "Deployment" in kinds()

    run("undeploy.yml")

    assert kinds() == []
    assert name not in cluster.kubectl("get", "namespaces", "-o", "name")


def test_it_is_not_undeployed_while_a_caller_has_not_heard_an_end_unless_that_is_wanted(
    run, deployed, submitted, jobs, kinds
):
    assert deployed.returncode == 0
    submitted("still-untold")
    jobs.until_ended()

    refused = run("undeploy.yml", fails=True)
    assert "have undelivered callbacks" in refused.stdout
    assert "Deployment" in kinds()

    run("undeploy.yml", deploy_release_undelivered=True)
    assert kinds() == []
    assert "finalizers" not in jobs.one()["metadata"]


def test_in_check_mode_nothing_is_undeployed(run, deployed, kinds):
    assert deployed.returncode == 0
    before = kinds()

    run("undeploy.yml", "--check", "--diff")

    assert kinds() == before


def test_in_check_mode_no_manifests_are_written(run, tmp_path):
    path = tmp_path / "manifests.yaml"

    run("manifests.yml", "--check", deploy_manifests_file=str(path))

    assert not path.exists()
