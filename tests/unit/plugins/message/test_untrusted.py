"""The lookup plugin `untrusted`: what a variable holds, as it was given."""

from datetime import date

import pytest
from ansible.errors import AnsibleError
from kit.builders.rendering import lookup
from kit.builders.trust import is_trusted_as_template, trust_as_template

PIPE = "{{ lookup('pipe', 'id') }}"


def test_an_id_that_somebody_copied_is_not_evaluated():
    (value,) = lookup("untrusted", "id", variables={"id": trust_as_template(PIPE)})

    assert value == PIPE
    assert not is_trusted_as_template(value)


def test_a_list_comes_as_a_list():
    (value,) = lookup("untrusted", "ids", variables={"ids": [trust_as_template(PIPE), "b"]})

    assert value == [PIPE, "b"]
    assert not any(map(is_trusted_as_template, value))


def test_one_that_is_not_there_has_its_default_or_is_asked_for():
    assert lookup("untrusted", "ids", default=[]) == [[]]
    with pytest.raises(AnsibleError, match="name it on the command line: -e id="):
        lookup("untrusted", "id")


def test_one_that_is_no_json_is_named():
    with pytest.raises(AnsibleError, match="the variable id is no JSON"):
        lookup("untrusted", "id", variables={"id": date(2026, 1, 1)})
