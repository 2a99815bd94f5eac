"""A pod's status: its start, its reason to wait, its failure."""

from datetime import datetime, timedelta

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import containers, pod_status
from kit.builders.objects import pod
from kit.builders.statuses import CREATED, running, scheduling, terminated, waiting

UNSCHEDULABLE = scheduling("Unschedulable", "0/3 nodes")
PULLED = {"name": "job", **waiting("ErrImagePull", message="no such image")}
PROXY = {"name": "proxy", "image": "istio", **running()}


def with_main(name, **more):
    """A Pod whose template's stamp names its main container."""
    found = pod(**more)
    found["metadata"]["annotations"] = {"sqs-k8s.jobs/main-container": name}
    return found


@pytest.mark.parametrize(
    "started",
    [
        pod(phase="Running"),
        pod(phase="Succeeded"),
        pod(phase="Pending", container=running()),
        pod(phase="Failed", container=terminated(3)),
        pod(phase="Failed", container=terminated(137, "OOMKilled")),
        pod(phase="Pending", container={**waiting("CrashLoopBackOff"), "lastState": {
            "terminated": {"exitCode": 1, "reason": "Error"}}}),
    ],
)  # fmt: skip
def test_a_pod_whose_container_runs_or_has_run_has_started(started):
    assert pod_status.pod_started(started)


@pytest.mark.parametrize(
    "idle",
    [
        pod(phase="Pending"),
        pod(phase="Pending", container=waiting("ImagePullBackOff")),
        pod(phase="Failed", reason="Evicted"),
        pod(phase="Failed", container=terminated(128, "StartError")),
        pod(phase="Failed", container=terminated(127, "ContainerCannotRun")),
        pod(phase="Failed", container=terminated(137, "ContainerStatusUnknown")),
        {"metadata": {"name": "young"}},
    ],
)
def test_a_pod_whose_process_never_ran_has_not_started(idle):
    assert not pod_status.pod_started(idle)


def test_the_pods_that_started_are_in_that_order_however_they_are_listed():
    pods = [
        pod("late", start="2026-01-01T00:00:09Z"),
        pod("first", start="2026-01-01T00:00:01Z"),
        pod("idle", "Pending", start="2026-01-01T00:00:00Z"),
        pod("timeless", start=None),
    ]

    for order in (pods, pods[::-1], [*pods[2:], *pods[:2]]):
        names = [one["metadata"]["name"] for one in pod_status.started_pods(order)]
        assert names == ["first", "late", "timeless"]


def test_of_two_pods_that_started_at_once_the_name_decides():
    pods = [pod("b"), pod("a")]

    assert pod_status.started_pods(pods) == pod_status.started_pods(pods[::-1]) == pods[::-1]


def test_where_no_pod_started_there_is_none():
    assert pod_status.started_pods([]) == []
    assert pod_status.started_pods([pod(phase="Pending")]) == []


@pytest.mark.parametrize(
    ("idle", "words"),
    [
        (pod(phase="Pending", container=waiting("ImagePullBackOff", message="no such image")),
         "ImagePullBackOff: no such image"),
        (pod(phase="Pending", container=waiting("ErrImagePull")), "ErrImagePull"),
        (pod(phase="Pending", conditions=[UNSCHEDULABLE]), "Unschedulable: 0/3 nodes"),
        (pod(phase="Pending", container=waiting("ImagePullBackOff"), conditions=[UNSCHEDULABLE]),
         "ImagePullBackOff"),
    ],
)  # fmt: skip
def test_a_pod_that_does_not_start_says_why(idle, words):
    assert pod_status.waiting(idle).words == words


@pytest.mark.parametrize(
    "fine",
    [
        pod(),
        pod(phase="Pending", container=waiting("ContainerCreating")),
        pod(phase="Pending", container=waiting("PodInitializing")),
        pod(phase="Pending", conditions=[{"type": "PodScheduled", "status": "True"}]),
        {"metadata": {"name": "young"}},
    ],
)
def test_a_pod_that_is_on_its_way_waits_for_nothing(fine):
    assert pod_status.waiting(fine) is None


def test_a_pods_failure_names_its_containers_reason_and_exit_code():
    failed = pod("p", "Failed", container=terminated(137, "OOMKilled"))

    assert pod_status.failure(failed).words == "pod p: container job: OOMKilled, exit code 137"


def test_a_pods_failure_names_its_own_reason_too():
    evicted = pod("p", "Failed", reason="Evicted", message="low on memory")

    assert pod_status.failure(evicted).words == "pod p: Evicted: low on memory"


@pytest.mark.parametrize("fine", [pod(), pod(phase="Succeeded", container=terminated(0))])
def test_a_pod_that_did_not_fail_has_no_failure(fine):
    assert pod_status.failure(fine) is None


def test_each_container_that_failed_is_named_and_one_without_a_reason_had_an_error():
    ended = [{"name": name, "state": {"terminated": {"exitCode": 2}}} for name in ("a", "b")]
    failed = pod("p", "Failed", containerStatuses=ended)

    assert pod_status.failure(failed).words == (
        "pod p: container a: Error, exit code 2, container b: Error, exit code 2"
    )


def test_pods_are_in_the_order_in_which_they_started():
    late = pod("a", start="2026-01-01T00:00:02Z")
    early = pod("b", start=CREATED)
    waiting_yet = pod("0", start=None)

    ordered = sorted([waiting_yet, late, early], key=pod_status.start_order)

    assert [one["metadata"]["name"] for one in ordered] == ["b", "a", "0"]


def test_a_sidecar_that_runs_is_no_start_of_a_pod_whose_main_container_does_not():
    injected = pod(phase="Pending", containerStatuses=[PROXY, PULLED])
    restarted = pod(phase="Pending", initContainerStatuses=[PROXY], containerStatuses=[PULLED])

    for one in (injected, restarted):
        assert not pod_status.pod_started(one)
        assert pod_status.waiting(one).words == "ErrImagePull: no such image"


def test_the_main_container_is_the_one_that_the_stamp_names_however_they_are_listed():
    work = {"name": "work", **running()}
    other = {"name": "a", **waiting("ErrImagePull")}

    assert pod_status.pod_started(
        with_main("work", phase="Pending", containerStatuses=[other, work])
    )
    assert not pod_status.pod_started(
        with_main("a", phase="Pending", containerStatuses=[other, work])
    )


def test_where_nobody_knows_the_main_container_any_one_that_runs_is_a_start():
    older = [{"name": "a", **waiting("ErrImagePull")}, {"name": "b", **running()}]

    assert pod_status.pod_started(pod(phase="Pending", containerStatuses=older))


def test_a_main_container_that_could_not_be_started_is_no_start_beside_a_sidecar_that_runs():
    broken = {"name": "job", **terminated(128, "StartError")}

    assert not pod_status.pod_started(pod(phase="Running", containerStatuses=[broken, PROXY]))


def test_an_init_container_that_failed_is_told_with_its_image_and_exit_code():
    init = [{"name": "prepare", "image": "busybox", **terminated(7)}]
    failed = pod("p", "Failed", initContainerStatuses=init, container=waiting("PodInitializing"))

    assert pod_status.failure(failed).words == (
        "pod p: init container prepare (busybox): Error, exit code 7"
    )
    assert not pod_status.pod_started(failed)
    assert pod_status.failed_container(failed) == "prepare"


def test_of_init_containers_that_failed_the_first_one_is_told():
    def ended(name, code, at):
        found = terminated(code)
        found["state"]["terminated"]["finishedAt"] = at
        return {"name": name, "image": "i", **found}

    stopped = ended("proxy", 137, "2026-01-01T00:00:30Z")
    cause = ended("prepare", 7, "2026-01-01T00:00:02Z")
    failed = pod("p", "Failed", initContainerStatuses=[stopped, cause])

    assert (
        pod_status.failure(failed).words == "pod p: init container prepare (i): Error, exit code 7"
    )


def test_a_sidecar_that_was_stopped_after_the_main_container_is_no_failure_of_its_own():
    stopped = [{"name": "proxy", "image": "istio", **terminated(143)}]
    failed = pod("p", "Failed", initContainerStatuses=stopped, container=terminated(3))

    assert pod_status.failure(failed).words == "pod p: container job: Error, exit code 3"


def test_the_main_container_is_told_first_and_an_ordinary_sidecar_with_its_image():
    ends = [{"name": "a", "image": "istio", **terminated(143)}, {"name": "job", **terminated(3)}]
    failed = pod("p", "Failed", containerStatuses=ends)

    assert pod_status.failure(failed).words == (
        "pod p: container job: Error, exit code 3, container a (istio): Error, exit code 143"
    )
    assert pod_status.failed_container(failed) == "job"


def test_a_sidecar_that_runs_on_after_the_end_of_the_main_container_is_named():
    ends = [PROXY, {"name": "job", **terminated(0, "Completed")}]
    kept = pod("p", "Running", containerStatuses=ends)

    assert pod_status.failure(kept).words == (
        "pod p: container proxy (istio) runs on after the main container's end"
    )


def test_an_init_container_that_waits_is_named_and_so_is_its_image():
    init = [{"name": "prepare", "image": "none", **waiting("ErrImagePull", message="not found")}]
    idle = pod(phase="Pending", initContainerStatuses=init, container=waiting("PodInitializing"))

    assert (
        pod_status.waiting(idle).words == "init container prepare (none): ErrImagePull: not found"
    )
    assert pod_status.waiting(idle).word == "ErrImagePull"


def test_an_init_container_that_never_ends_is_told_in_the_words_of_kubernetes():
    conditions = [
        {"type": "PodScheduled", "status": "True"},
        {"type": "Initialized", "status": "False", "reason": "ContainersNotInitialized",
         "message": "containers with incomplete status: [prepare]"},
    ]  # fmt: skip
    init = [{"name": "prepare", "image": "busybox", **running()}]
    idle = pod(phase="Pending", initContainerStatuses=init, conditions=conditions)

    assert pod_status.waiting(idle).words == (
        "ContainersNotInitialized: containers with incomplete status: [prepare]"
    )


@pytest.mark.parametrize(
    "reason",
    ["PreemptionByScheduler", "EvictionByEvictionAPI", "DeletionByTaintManager",
     "DeletionByPodGC", "TerminationByKubelet"],
)  # fmt: skip
@pytest.mark.parametrize("phase", ["Pending", "Running", "Failed"])
def test_a_disruption_is_told_with_its_message_as_soon_as_the_pod_says_it(reason, phase):
    target = {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": "m"}
    container = terminated(143) if phase == "Failed" else running()
    found = pod_status.failure(pod("p", phase, container=container, conditions=[target]))

    end = ", container job: Error, exit code 143" if phase == "Failed" else ""
    assert found == (reason, f"pod p: {reason}: m{end}", False)


def test_a_disruption_and_the_pods_own_reason_say_their_common_message_once():
    target = {"type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet",
              "message": "low on memory"}  # fmt: skip
    evicted = pod("p", "Failed", reason="Evicted", message="low on memory", conditions=[target])

    assert (
        pod_status.failure(evicted).words == "pod p: TerminationByKubelet: low on memory, Evicted"
    )


def test_a_pod_that_got_through_its_disruption_has_no_failure():
    target = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}

    assert pod_status.failure(pod(phase="Succeeded", conditions=[target])) is None


def test_a_container_that_could_not_be_started_says_why():
    broken = terminated(128, "StartError")
    broken["state"]["terminated"]["message"] = "no such file"

    assert pod_status.failure(pod("p", "Failed", container=broken)).words == (
        "pod p: container job: StartError: no such file, exit code 128"
    )


def test_a_containers_own_last_words_are_not_told_as_they_may_be_its_log():
    ended = terminated(3)
    ended["state"]["terminated"]["message"] = "secret"

    assert "secret" not in pod_status.failure(pod("p", "Failed", container=ended)).words


def test_a_container_that_waits_to_be_started_again_has_failed():
    again = {**waiting("CrashLoopBackOff"), "lastState": terminated(3)["state"]}

    assert pod_status.failure(pod("p", container=again)).words == (
        "pod p: container job: Error, exit code 3"
    )


def test_a_pod_may_be_held_back_by_a_gate():
    gated = pod(phase="Pending", conditions=[scheduling("SchedulingGated")])

    assert pod_status.is_gated(gated)
    assert not pod_status.is_gated(pod(phase="Pending", conditions=[UNSCHEDULABLE]))


def test_words_are_bounded():
    long = pod(phase="Pending", container=waiting("ErrImagePull", message="x" * 9999))

    assert len(pod_status.waiting(long).words) == len("ErrImagePull: ") + containers.MESSAGE_LENGTH


ASKED = "2026-01-01T00:01:00Z"


def deleted(found, grace=30):
    """A Pod that somebody has deleted at ASKED: it may take this time to end."""
    moment = datetime.fromisoformat(ASKED) + timedelta(seconds=grace)
    found["metadata"]["deletionTimestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    found["metadata"]["deletionGracePeriodSeconds"] = grace
    return found


def ended_at(moment, code=143):
    """The status of a container that ended at this moment."""
    container = terminated(code)
    container["state"]["terminated"]["finishedAt"] = moment
    return container


DELETION = "Deleted: the Pod was deleted before it ended"
AFTER, BEFORE = "2026-01-01T00:01:10Z", "2026-01-01T00:00:59Z"


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (pod("p", "Pending"), ""),
        (pod("p", "Pending", container=waiting("ErrImagePull")), ""),
        (pod("p", container=running()), ""),
        (pod("p", container=ended_at(AFTER)), ", container job: Error, exit code 143"),
        (pod("p", "Failed", container=ended_at(AFTER)), ", container job: Error, exit code 143"),
        (
            pod("p", "Failed", container=ended_at(ASKED, 137)),
            ", container job: Error, exit code 137",
        ),
        (pod("p", "Failed"), ""),
    ],
)
def test_a_pod_that_somebody_deleted_is_told_as_one_with_its_exit_code_if_it_has_one(gone, words):
    assert pod_status.failure(deleted(gone)) == (
        pod_status.DELETED, f"pod p: {DELETION}{words}", False
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (
            pod("p", "Failed", container=ended_at(BEFORE, 3)),
            "pod p: container job: Error, exit code 3",
        ),
        (pod("p", "Failed", reason="Evicted"), "pod p: Evicted"),
    ],
)
def test_a_pod_that_was_deleted_after_its_end_failed_by_itself(gone, words):
    assert pod_status.failure(deleted(gone)).words == words


def test_a_pod_that_is_complete_has_not_failed_whenever_it_was_deleted():
    assert pod_status.failure(deleted(pod("p", "Succeeded"))) is None


def test_who_took_a_pod_away_is_told_in_place_of_its_deletion():
    target = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}

    found = pod_status.failure(deleted(pod("p", conditions=[target])))

    assert found.words == "pod p: PreemptionByScheduler"
