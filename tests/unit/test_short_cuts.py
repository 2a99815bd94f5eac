"""Short cuts of warm processes: with them a play comes to what it comes to without."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytest.importorskip("ansible._internal", reason="there are no such short cuts before 2.19")

VALUES = r"""
import json, sys, tempfile
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template as t
from sqs_k8s_jobs.warm import short_cuts
from sqs_k8s_jobs.warm.kept import Kept

if "with" in sys.argv:
    short_cuts.keep_templates(Kept(tempfile.mkdtemp()))
    short_cuts.pass_plain_texts()
variables = {
    "plain": "text",
    "hash": "#jinja2: no",
    "inner": t("<{{ plain }}>"),
    "untrusted": "{{ plain }}",
    "braces": "a { b",
    "data": {"list": ["text", t("{{ plain }}"), "{{ plain }}", 1, None, {"deep": "text"}]},
    "other": t("#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% plain %]{{"),
}
templar = Templar(DataLoader(), variables)
found = []
for text in (
    "plain", "{{ plain }}", "{{ hash }}", "{{ inner }}", "{{ untrusted }}", "{{ braces }}",
    "{{ data }}", "{{ data | to_json }}", "{{ data.list | map('string') | join(',') }}",
    "{{ other }}", "{{ nothing | default(plain) }}", "{{ plain ~ data.list[1] }}",
    "{% for one in data.list %}{{ one }};{% endfor %}", "{{ data.list[5].deep | upper }}",
):
    try:
        found.append(templar.template(t(text)))
    except Exception as exc:
        found.append(type(exc).__name__)
print(json.dumps(found))
"""


def values(*words):
    done = subprocess.run(
        [sys.executable, "-c", VALUES, *words], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_values_come_out_the_same():
    without = values()

    assert values("with") == without
    assert without[0:4] == ["plain", "text", "#jinja2: no", "<text>"]
    assert without[4] == "{{ plain }}"
