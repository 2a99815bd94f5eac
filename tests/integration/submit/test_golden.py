"""Golden cases of an operator's own, with one command."""

import json

import pytest


@pytest.fixture
def golden(message, tmp_path):
    """A folder with one message that runs, and one that is refused."""
    folder = tmp_path / "golden"
    folder.mkdir()
    hostile = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    (folder / "runs.json").write_text(json.dumps(message("golden", args=[hostile])))
    (folder / "refused.json").write_text(json.dumps(message("golden-refused", image="")))
    return folder


def test_golden_cases_are_written_down_once_and_compared_from_then_on(playbook, golden, tmp_path):
    def run(*flags, **variables):
        return playbook("golden.yml", *flags, submit_golden=str(golden), **variables)

    assert "runs.json has no runs.yaml yet" in run(fails=True).stdout
    shown = run("--check", "--diff", submit_golden_accept=True)
    assert "+kind: Job" in shown.stdout
    assert not (golden / "runs.yaml").exists()

    written = run(submit_golden_accept=True)
    assert "changed=1" in written.stdout
    assert "errorCode: A110" in (golden / "refused.yaml").read_text()
    again = run(submit_golden_accept=True)
    assert "changed=0" in again.stdout
    run()

    changed = run(submit_job_labels={"team": "blue"}, fails=True)
    assert "of 2 golden cases these differ: runs" in changed.stdout
    assert "\n+    team: blue" in changed.stdout
    assert not (tmp_path / "ran").exists()


def test_a_mistyped_variable_is_an_error_that_names_the_nearest_one(
    playbook, message_file, message
):
    for name, more in (
        ("golden.yml", {}),
        ("preview.yml", {"message_file": message_file(message("mistyped"))}),
    ):
        done = playbook(name, submit_job_label={"team": "blue"}, fails=True, **more)

        words = "no role reads the variable submit_job_label: did you mean submit_job_labels?"
        assert words in done.stdout
        assert "changed=0" in done.stdout


def test_a_folder_without_cases_is_named(playbook, tmp_path):
    done = playbook("golden.yml", submit_golden=str(tmp_path), fails=True)

    assert f"there is no golden case *.json in {tmp_path}" in done.stdout


def test_without_golden_cases_every_template_is_tried_all_the_same(playbook, tmp_path):
    (tmp_path / "default.yaml.j2").write_text("kind: {{ nowhere }}\n")

    playbook("golden.yml")
    broken = playbook("golden.yml", submit_template=str(tmp_path), fails=True)

    assert "default.yaml.j2 fails for every message" in broken.stdout


def test_a_copy_of_a_template_includes_what_is_beside_the_template(playbook, tmp_path):
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "part.j2").write_text("{% include 'job.yaml.j2' %}")
    template, copy = tmp_path / "live" / "own.yaml.j2", tmp_path / "own.yaml.j2"
    template.write_text("kind: broken by now\n")
    copy.write_text("{% include 'part.j2' %}")
    own = {"submit_template": str(template), "submit_snapshots": {str(template): str(copy)}}

    playbook("golden.yml", **own)
