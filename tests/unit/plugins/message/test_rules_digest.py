"""The lookup plugin `rules_digest`: one digest for all that judges messages."""

import pytest
from kit.builders.policies import policy
from kit.builders.rendering import SITE, carried


@pytest.fixture
def digest(tmp_path):
    """Digest what judges, with files and variables as a test wants them."""
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder in (own, shipped):
        folder.mkdir()

    def run(**changed):
        files = {
            own / "job.yaml.j2": "{% include 'base.yaml.j2' %}{{ team_image }}{{ omit }}",
            shipped / "base.yaml.j2": "{{ message.id }}",
            tmp_path / "schema.json": "{}",
        }
        files |= {path: changed[path.name] for path in files if path.name in changed}
        for path, text in files.items():
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (digest,) = carried(
            "rules_digest",
            str(tmp_path / "schema.json"),
            *changed.get("more", ()),
            template=changed.get("template", str(own / "job.yaml.j2")),
            include_from=[str(own), str(shipped)],
            policy={**policy(), **changed.get("policy", {})},
            site={**SITE, **changed.get("site", {})},
            variables={"team_image": "one", **changed.get("variables", {})},
        )
        return digest

    return run


def test_what_has_not_changed_has_the_same_digest(digest):
    assert digest() == digest() == digest(variables={"unnamed": "by any template"})


@pytest.mark.parametrize(
    "changed",
    [
        {"job.yaml.j2": "{{ job }}"},
        {"base.yaml.j2": "{{ job }}"},
        {"schema.json": '{"type": "object"}'},
        {"job.yaml.j2": b"\xff"},
        {"job.yaml.j2": "{% no template"},
        {"policy": {"images": ["busybox"]}},
        {"site": {"labels": {"team": "one"}}},
        {"site": {"labels": {"team": "one", 1: "two"}}},
        {"variables": {"team_image": "two"}},
        {"more": ["/nowhere/own.schema.json"]},
    ],
    ids=str,
)
def test_a_change_of_anything_that_judges_changes_the_digest(digest, changed):
    assert digest(**changed) != digest()


def test_what_differs_from_run_to_run_by_itself_changes_nothing(digest):
    first, second = (digest(variables={"omit": one, "message": one}) for one in "12")

    assert first == second


def test_a_copy_of_the_template_elsewhere_is_the_same(digest, tmp_path):
    first = digest()
    copy = tmp_path / "copies" / "job.yaml.j2"
    copy.parent.mkdir()
    copy.write_bytes((tmp_path / "own" / "job.yaml.j2").read_bytes())

    assert digest(template=str(copy)) == first


def test_of_a_folder_of_templates_each_counts(digest, tmp_path):
    first = digest(template=str(tmp_path / "own"))
    (tmp_path / "own" / "billing.yaml.j2").write_text("{{ job }}")

    assert digest(template=str(tmp_path / "own")) != first
