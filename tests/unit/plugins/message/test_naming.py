"""Names that follow from a message's id."""

import re

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import naming
from hypothesis import example, given
from hypothesis import strategies as st

RFC_1123_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=256)
PREFIXES = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,52}[a-z0-9])?", fullmatch=True)


def test_the_specifications_id_gives_the_specifications_name():
    name = naming.job_name("bb", "31a89a91-43d8-4786-a195-9b25cec28a44")

    assert name == "bb-fbe70e59"


def test_a_longer_name_begins_with_the_short_one():
    short = naming.job_name("bb", "one")
    long = naming.job_name("bb", "one", naming.LONG_NAME_DIGITS)

    assert long.startswith(short)
    assert len(long) == len("bb-") + naming.LONG_NAME_DIGITS


def test_the_longest_prefix_leaves_room_for_eight_digits():
    name = naming.job_name("p" * 54, "one")

    assert len(name) == 63
    assert name == f"{'p' * 54}-{naming.id_sha256('one')[:8]}"


@pytest.mark.parametrize(("length", "kept"), [(29, 29), (30, 30), (31, 30), (54, 30)])
def test_of_a_longer_name_the_prefix_is_cut_and_never_the_digest(length, kept):
    name = naming.job_name("p" * length, "one", naming.LONG_NAME_DIGITS)

    assert name == f"{'p' * kept}-{naming.id_sha256('one')[:32]}"


def test_a_name_is_never_one_that_a_cronjob_gives_its_runs():
    digest = naming.id_sha256("id-21328")  # it begins with minutes since 1970

    assert digest.startswith("30173270")
    assert naming.job_name("backup", "id-21328") == f"backup-{digest[:32]}"


@given(PREFIXES, IDS, st.sampled_from([naming.NAME_DIGITS, naming.LONG_NAME_DIGITS]))
@example("backup", "id-21328", naming.NAME_DIGITS)
def test_whatever_the_id_the_name_is_a_label_that_keeps_its_digits(prefix, message_id, digits):
    name = naming.job_name(prefix, message_id, digits)

    kept, _, suffix = name.rpartition("-")
    assert RFC_1123_LABEL.fullmatch(name)
    assert len(name) <= 63
    assert len(suffix) in {digits, naming.LONG_NAME_DIGITS}
    assert naming.id_sha256(message_id).startswith(suffix)
    assert not suffix.isdecimal()
    assert prefix.startswith(kept)
    assert name == naming.job_name(prefix, message_id, digits)


@given(IDS, IDS)
def test_whatever_the_ids_two_of_them_share_a_label_only_if_they_are_one(one, other):
    assert (naming.id_label(one) == naming.id_label(other)) == (one == other)


@given(IDS)
def test_whatever_the_id_its_label_is_one_that_kubernetes_takes(message_id):
    assert naming.is_label_value(naming.id_label(message_id))


@given(st.one_of(st.text(max_size=70), st.text("aZ0-_.", max_size=70)))
def test_any_text_is_a_label_value_just_when_kubernetes_says_so(text):
    expected = LABEL_VALUE.fullmatch(text) is not None and len(text) <= 63

    assert naming.is_label_value(text) == expected


@pytest.mark.parametrize("text", ["a b", "é", "a\n", "-a", "a-", "a" * 64, "{{ a }}"])
def test_what_kubernetes_refuses_is_no_label_value(text):
    assert not naming.is_label_value(text)
