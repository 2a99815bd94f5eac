"""The names of an image, as it is written and in full."""

from __future__ import annotations

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import images
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("busybox", "docker.io/library/busybox:latest"),
        ("busybox:1.36", "docker.io/library/busybox:1.36"),
        ("team/tool", "docker.io/team/tool:latest"),
        ("docker.io/busybox", "docker.io/library/busybox:latest"),
        ("index.docker.io/library/busybox", "docker.io/library/busybox:latest"),
        ("registry-1.docker.io/team/tool:1", "docker.io/team/tool:1"),
        ("busybox@sha256:0123", "docker.io/library/busybox@sha256:0123"),
        ("busybox:1@sha256:0123", "docker.io/library/busybox:1@sha256:0123"),
        ("registry.example/tool", "registry.example/tool:latest"),
        ("registry.example/a:1/b/tool", "registry.example/a:1/b/tool:latest"),
        ("registry.example/tool@sha256", "registry.example/tool@sha256"),
        ("host:1/tool", "host:1/tool:latest"),
        ("registry.example/a/b/tool:1", "registry.example/a/b/tool:1"),
        ("registry.example:5000/tool", "registry.example:5000/tool:latest"),
        ("registry.example:443/tool", "registry.example/tool:latest"),
        ("Registry.Example/tool", "registry.example/tool:latest"),
        ("localhost/tool", "localhost/tool:latest"),
        ("LOCALHOST/tool", "localhost/tool:latest"),
    ],
)
def test_an_image_in_full_is_what_the_node_pulls(written, full):
    assert images.forms(written) == (written, full)


@given(st.text())
def test_any_text_has_two_forms(text):
    written, full = images.forms(text)

    assert written == text
    assert "/" in full
