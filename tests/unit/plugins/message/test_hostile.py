"""The table of hostile messages, each by itself: read, judged and rendered, without a cluster."""

import pytest
from data.hostile.case import RUNS
from data.hostile.messages import CASES
from kit.builders.rendering import entry, message, render


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_ends_as_the_table_says_and_nothing_runs(case, tmp_path):
    valid = {**message("hostile"), "webhook": {"url": "http://caller.example/"}}
    body = case.body(valid).replace("MARK", str(tmp_path / "ran"))

    error = entry(body)["error"] or render(body)[0]["error"]

    became = error or {"errorCode": RUNS, "message": ""}
    assert became["errorCode"] == case.outcome, became["message"]
    assert case.words in became["message"]
    assert not (tmp_path / "ran").exists()
