"""Patterns of images: each part is for that part of a reference, and takes nothing else along."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.image_patterns import Images
from hypothesis import given
from hypothesis import strategies as st

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


def allows(pattern, image):
    return Images([pattern]).allow(image)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("busybox", "busybox"),
        ("busybox", "docker.io/library/busybox:latest"),
        ("busybox:1.36", "index.docker.io/library/busybox:1.36"),
        ("busybox:1.*", "busybox:1.36"),
        ("busybox:443", "busybox:443"),
        ("busybox*", "busybox:1.36"),
        ("busybox:*", f"busybox:1.36@{DIGEST}"),
        ("docker.io/library/busybox:latest", "busybox"),
        ("team/*", f"team/tool@{DIGEST}"),
        ("team/*", "index.docker.io/team/a/b:1"),
        ("te*/*", "team/tool:1"),
        ("team/*:1", "team/tool:1"),
        ("team/*@*", f"docker.io/team/tool@{DIGEST}"),
        ("library/*", "busybox"),
        ("docker.io/*", "team/tool:1"),
        ("index.docker.io/*:1", "team/tool:1"),
        ("localhost/*", "localhost/tool:1"),
        ("*/team/*", "registry.example/team/tool:1"),
        ("*:latest", "registry.example/team/tool"),
        ("registry.example/*", "registry.example/a/b/tool:1"),
        ("registry.example/team/tool:1", "Registry.Example:443/team/tool:1"),
        ("registry.example:5000/*", "registry.example:5000/tool"),
        ("registry.example:*/tool", "registry.example:5000/tool"),
        ("*.example/tool", "registry.example/tool"),
        ("registry.example:443/tool", "registry.example/tool"),
        ("registry.example:*/tool", "registry.example/tool"),
        ("*:0443/team/*", "registry.example/team/tool"),
        ("[2001:db8::1]:443/*", "[2001:db8::1]/tool"),
        ("[2001:db8::1]:5000/*", "[2001:db8::1]:5000/tool"),
        (f"busybox@{DIGEST}", f"busybox@{DIGEST}"),
        (f"busybox@{DIGEST}", f"docker.io/library/busybox:1@{DIGEST}"),
        (f"busybox:1@{DIGEST}", f"busybox:1@{DIGEST}"),
        ("busybox:1@*", f"busybox:1@{DIGEST}"),
        ("*", "no reference at all"),
    ],
)
def test_a_pattern_allows_what_it_names(pattern, image):
    assert allows(pattern, image)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("busybox*", "busybox.evil.example/tool"),
        ("busybox*", "busybox:5000/tool"),
        ("busybox*", "busybox-team/tool"),
        ("team*", "team.evil.example/tool"),
        ("team/*", "team.evil.example/tool"),
        ("team/*", "evil/tool:1"),
        ("team/*", "busybox"),
        ("team/*", "localhost/team/tool"),
        ("te*/*", "evil/team/tool"),
        ("te*/*", "team.evil.example/tool"),
        ("team/*:1", "evil/tool:1"),
        ("team/*@*", f"evil/tool@{DIGEST}"),
        ("library/*", "evil/tool"),
        ("library/*", "docker.io/evil/library/tool"),
        ("localhost/*", "evil/tool"),
        ("10.0.0.*:443/*", "10.0.0.7:5000/tool"),
        ("*:443/team/*", "registry.example:5000/team/tool"),
        ("registry.example*", "registry.example.evil.example/tool"),
        ("registry.example/*", "registry.example:5000/tool"),
        ("registry.example/*", "registry.example.evil.example/tool"),
        ("registry.example/*", "evil.example/registry.example/tool"),
        ("*/busybox", "registry.example/evil/busybox"),
        ("*busybox", "registry.example/busybox"),
        ("*.example/tool", "evil.org/registry.example/tool"),
        ("busybox:1.36", f"busybox:1.36@{DIGEST}"),
        ("busybox:1.36*", f"busybox:1.36@{DIGEST}"),
        ("busybox", f"busybox@{DIGEST}"),
        ("busybox", f"busybox:latest@{DIGEST}"),
        ("busybox", "busybox:1.36"),
        (f"busybox@{DIGEST}", f"busybox@{OTHER}"),
        (f"busybox@{DIGEST}", "busybox"),
        (f"busybox:1@{DIGEST}", f"busybox:2@{DIGEST}"),
        ("docker.io/library/*", "a" * 64),
        ("docker.io/library/*", DIGEST),
        ("docker.io/library/*", "sha256:abcdef012345"),
        ("sha256:*", DIGEST),
        ("b*", "b usybox"),
        ("registry.example/*", "registry.example/Tool"),
    ],
)
def test_a_pattern_allows_nothing_else(pattern, image):
    assert not allows(pattern, image)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("!busybox", "busybox:1.36"),
        ("!busybox:1.36", f"index.docker.io:443/library/busybox:1.36@{DIGEST}"),
        ("!docker.io/*", "team/tool"),
        ("!docker.io/*", "registry.hub.docker.com/team/tool"),
        ("!*evil*", "registry.example/evil/tool"),
        ("!registry.example/*", "REGISTRY.example:443/tool"),
        ("!*:latest", "registry.example/tool"),
        ("!evil/*", "docker.io/evil/tool@" + DIGEST),
        ("!docker.example:*/*", "docker.example/tool"),
        ("!busybox", "no reference at all"),
        ("!busybox", "a" * 64),
    ],
)
def test_a_pattern_that_refuses_refuses_every_spelling(pattern, image):
    assert not Images(["*", pattern]).allow(image)
    assert Images(["*", pattern]).allow("registry.other/tool:1")


@pytest.mark.parametrize("image", ["busybox", "team/tool:1", "docker.io/team/evil/tool"])
def test_a_pattern_that_refuses_an_organisation_refuses_no_other_one(image):
    assert Images(["*", "!evil/*"]).allow(image)


def test_a_list_is_told_as_it_was_written():
    assert str(Images(["busybox", "!evil"])) == "busybox, !evil"


@given(st.text())
def test_without_a_pattern_nothing_is_allowed(text):
    assert not Images([]).allow(text)
