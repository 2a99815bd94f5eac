"""Changed templates and variables: in use once they have passed, and never before."""

import time

import pytest
from kit.threads import Pauses
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.playbooks import live_config
from sqs_k8s_jobs.playbooks.live_config import LiveConfig
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.settings import Settings


class Site:
    """A variables file and a template, and a trial of them that passes what is not `bad`."""

    def __init__(self, folder):
        self.folder = folder
        self.variables = folder / "variables.yml"
        self.variables.write_text("a: 1")
        self.template = folder / "job.yaml.j2"
        self.template.write_text("good")
        self.health = Health()
        self.tried = []
        self.during = lambda: None  # what happens while a trial runs
        settings = Settings(variables_file=str(self.variables), temp_dir=str(folder))
        self.proven = LiveConfig(settings, self.health, self._run)

    def _run(self, config):
        template = config.snapshots.get(str(self.template), str(self.template))
        with open(template) as text:
            words = text.read()
        self.tried.append(words)
        self.during()
        sources = {"event": "sources", "template": str(self.template), "golden": None}
        error = f"{template} is bad" if "bad" in words + config.variables_file.read_text() else None
        return RunResult([sources, {"event": "line", "text": "-image: a"}], error)

    @property
    def in_use(self):
        config = self.proven.config
        with open(config.snapshots[str(self.template)]) as text:
            return config.variables_file.read_text(), text.read()


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_what_passes_is_used_as_it_was_when_it_passed(site):
    assert site.proven.reload_if_changed()
    site.template.write_text("changed")

    assert site.in_use == ("a: 1", "good")


def test_a_change_is_tried_and_then_used_without_a_restart(site):
    site.proven.reload_if_changed()
    site.template.write_text("better")
    site.variables.write_text("a: 2")

    assert site.proven.reload_if_changed()

    assert site.in_use == ("a: 2", "better")


def test_what_has_not_changed_is_not_tried_again(site):
    site.proven.reload_if_changed()
    site.tried.clear()

    assert site.proven.reload_if_changed()

    assert site.tried == []


@pytest.mark.parametrize("broken", ["template", "variables"])
def test_what_does_not_pass_leaves_the_last_good_in_use_and_says_where(site, broken, logged):
    site.proven.reload_if_changed()
    getattr(site, broken).write_text("bad")

    assert site.proven.reload_if_changed()

    assert site.in_use == ("a: 1", "good")
    assert not site.health.ready
    (record,) = logged.records("fault raised", part="template")
    assert record["error"] == f"{site.template} is bad\n-image: a"


def test_once_it_is_mended_the_runner_is_ready_again(site):
    site.proven.reload_if_changed()
    site.template.write_text("bad")
    site.proven.reload_if_changed()
    site.template.write_text("mended")

    site.proven.reload_if_changed()

    assert (site.health.ready, site.in_use) == (True, ("a: 1", "mended"))


def test_what_was_rejected_is_not_tried_at_every_look_but_again_after_a_while(site, monkeypatch):
    site.template.write_text("bad")
    assert not site.proven.reload_if_changed()
    site.tried.clear()
    site.proven.reload_if_changed()
    assert site.tried == []

    later = time.monotonic() + live_config.RETRY
    monkeypatch.setattr(time, "monotonic", lambda: later)
    site.proven.reload_if_changed()

    assert site.tried == ["bad"]


def test_nothing_is_used_before_something_has_passed(site):
    site.template.write_text("bad")
    assert not site.proven.reload_if_changed()
    site.template.write_text("good")

    assert site.proven.reload_if_changed()


def test_a_change_while_one_is_tried_is_tried_next(site):
    site.proven.reload_if_changed()
    site.template.write_text("first")
    site.during = lambda: site.template.write_text("second")
    site.proven.reload_if_changed()
    assert site.in_use[1] == "first"

    site.proven.reload_if_changed()

    assert site.in_use[1] == "second"


def test_it_looks_by_itself_and_leaves_nothing_behind(site):
    class Stopping(Pauses):
        def wait(self, timeout=None):
            super().wait(timeout)
            site.template.write_text("seen")
            return len(self.seconds) > 2

    site.proven.watch(Stopping())
    assert site.in_use[1] == "seen"
    site.proven.end()

    assert sorted(one.name for one in site.folder.iterdir()) == ["job.yaml.j2", "variables.yml"]


def test_earlier_copies_go_in_the_end(site):
    for number in range(3 * live_config.MAX_SNAPSHOTS):
        site.template.write_text(f"number {number}")
        site.proven.reload_if_changed()

    (folder,) = site.folder.glob("sqs-k8s-jobs-snapshots-*")
    assert len(list(folder.glob("[0-9]*"))) == live_config.MAX_SNAPSHOTS


def test_a_disk_that_is_full_leaves_in_use_what_was_and_is_said(site, small_disk, monkeypatch):
    monkeypatch.setattr(live_config, "RETRY", 0.0)
    started = LiveConfig(
        Settings(variables_file=str(site.variables), temp_dir=str(small_disk.folder)),
        site.health,
        lambda _inputs: RunResult(),
    )
    assert started.reload_if_changed()
    in_use = started.config
    site.variables.write_text("a: 2\n" * 10000)
    small_disk.fill()

    assert started.reload_if_changed()
    assert started.config == in_use
    assert "No space left on device" in str(site.health.faults)

    small_disk.clear()
    assert started.reload_if_changed()
    assert started.config.variables_file.read_text() == site.variables.read_text()
