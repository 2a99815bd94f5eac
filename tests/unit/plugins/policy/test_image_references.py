"""References to images, by the cases of the distribution project: in full, or not at all."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import image_references
from hypothesis import given
from hypothesis import strategies as st

SHA256 = "sha256:" + "f" * 64
SHA512 = "sha512:" + "f" * 128
HUB = "docker.io/library/"
PARTS = st.text("aA0.-_:/@[]%* é", max_size=30)


def full(text):
    """A reference in full; None where it is none."""
    found = image_references.read(text)
    return str(found) if found else None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("test_com", HUB + "test_com:latest"),
        ("test.com:tag", HUB + "test.com:tag"),
        ("test.com:5000", HUB + "test.com:5000"),
        ("192.168.1.1:5000", HUB + "192.168.1.1:5000"),
        ("foo_bar.com:8080", HUB + "foo_bar.com:8080"),
        ("lowercase:Uppercase", HUB + "lowercase:Uppercase"),
        ("busybox", HUB + "busybox:latest"),
        ("abcdef012345", HUB + "abcdef012345:latest"),  # by a kubelet, which adds the tag
        ("library/sha256:abcdef", HUB + "sha256:abcdef"),
        ("sha256:latest", HUB + "sha256:latest"),
        ("team/tool", "docker.io/team/tool:latest"),
        ("foo/foo_bar.com:8080", "docker.io/foo/foo_bar.com:8080"),
        ("test.com/repo:tag", "test.com/repo:tag"),
        ("test:5000/repo", "test:5000/repo:latest"),
        ("test:5000/repo:tag", "test:5000/repo:tag"),
        (f"test:5000/repo@{SHA256}", f"test:5000/repo@{SHA256}"),
        (f"test:5000/repo:tag@{SHA256}", f"test:5000/repo:tag@{SHA256}"),
        ("a/" * 127 + "a:a-tag", "docker.io/" + "a/" * 127 + "a:a-tag"),
        ("sub-dom1.foo.com/bar/baz/quux:a-tag", "sub-dom1.foo.com/bar/baz/quux:a-tag"),
        ("b.gcr.io/test.com/my-app:test.com", "b.gcr.io/test.com/my-app:test.com"),
        (f"xn--7o8h.com/a:xn--7o8h@{SHA512}", f"xn--7o8h.com/a:xn--7o8h@{SHA512}"),
        ("192.168.1.1/repo", "192.168.1.1/repo:latest"),
        ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000/repo:5050"),
        ("[2001:db8::1]/repo", "[2001:db8::1]/repo:latest"),
        (f"[2001:db8::1]:5000/repo:tag@{SHA256}", f"[2001:db8::1]:5000/repo:tag@{SHA256}"),
        ("[::1]:5000/repo", "[::1]:5000/repo:latest"),
        ("localhost/tool", "localhost/tool:latest"),
        ("Uppercase/lowercase:tag", "uppercase/lowercase:tag"),
        ("test_com/foo", "docker.io/test_com/foo:latest"),
        ("a__b/c--d", "docker.io/a__b/c--d:latest"),
    ],
)
def test_a_reference_is_read_as_a_node_reads_it(written, expected):
    assert full(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        *("", ":justtag", f"@{SHA256}", "repo@sha256:" + "f" * 34, "a@invaliddigest:" + "f" * 64),
        *(f"a@{SHA256.upper()}", f"a@{SHA256}@{SHA256}", f"a@{SHA256}:tag"),
        *("Uppercase:tag", "test:5000/Uppercase/lowercase:tag", "a/Uppercase"),
        *("a/" * 128 + "a:tag", "aa/asdf$$^/aa", "a:" + "t" * 129, "a:-t", "a:"),
        *("[2001:db8::1]", "[2001:db8::1]:5000", "[2001:db8::1]:tag"),
        *("[fe80::1%eth0]:5000/repo", "[fe80::1%@invalidzone]:5000/repo"),
        *("-foo/bar", "foo-/bar", "foo./bar", "-foo.com/a", "foo-.com/a", "a//b", "/a", "a/"),
        *("docker://quay.io/library/foo:bar", "$$$", "::", " ", "a b", "a\n", "{{7*7}}", "é"),
        *("foo___bar", "foo..bar", "foo._bar", "_foo", "foo_", "foo.com:http/a", "foo.com:/a"),
        *("foo.com.:443/a", "foo..com/a", "\uff44ocker.io/a"),
    ],
)
def test_what_is_no_reference_is_none(written):
    assert image_references.read(written) is None


@pytest.mark.parametrize(
    "written",
    ["f" * 64, SHA256, "sha256:a", "sha256:abcdef012345", "sha384:" + "f" * 96, "sha512:0"],
)
def test_the_id_of_an_image_that_a_node_has_is_no_reference(written):
    assert image_references.read(written) is None


@pytest.mark.parametrize(
    "written",
    [
        *("docker.io/busybox", "docker.io:443/busybox", "docker.io:0443/library/busybox"),
        *("index.docker.io/busybox", "index.docker.io:443/busybox", "Docker.IO/library/busybox"),
        *("registry-1.docker.io/library/busybox", "REGISTRY.hub.docker.com/library/busybox"),
        "library/busybox",
    ],
)
def test_docker_hub_is_one_registry_however_it_is_spelt(written):
    assert full(written) == HUB + "busybox:latest"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Registry.Example:443/tool", "registry.example/tool:latest"),
        ("registry.example:05000/tool", "registry.example:5000/tool:latest"),
        ("registry.example:80/tool", "registry.example:80/tool:latest"),
        ("registry.example:0/tool", "registry.example:0/tool:latest"),
        ("docker.io:00/tool", "docker.io:0/tool:latest"),
    ],
)
def test_a_registry_has_one_spelling(written, expected):
    assert full(written) == expected


@given(PARTS)
def test_what_is_read_once_is_read_again_as_the_same(text):
    found = full(text)

    assert found is None or full(found) == found
