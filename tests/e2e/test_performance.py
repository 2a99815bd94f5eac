"""A small `make bench`: nothing became slow or dear by a multiple.

The bounds are far from the targets of the full run: of few Jobs, what is done once weighs most.
"""

import json

import pytest
from bench import cgroups
from kit.processes import programs

pytestmark = pytest.mark.verify

CASES = ("throughput", "latency", "flood", "large")
AT_LEAST = {"throughput": 0.1}
AT_MOST = {"cost": 4.0, "latency_p50": 5.0, "latency_p99": 15.0, "flood_latency": 1.0}
AT_MOST["large_memory"] = 0.9  # of the limit, as in the full run


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The result of a small run of the bench: it fails of itself only where it could not run."""
    if reason := cgroups.why_not():
        pytest.skip(reason)
    build = tmp_path_factory.mktemp("bench")
    words = ("--small", "--only", ",".join(CASES), "--build", str(build))
    done = programs.run("bench", *words)
    assert done.returncode in (0, 1), done.stdout
    return json.loads((build / "bench.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "bound"), AT_LEAST.items())
def test_a_rate_stays_above_its_bound(measured, name, bound):
    assert measured[name]["value"] >= bound, measured[name]


@pytest.mark.parametrize(("name", "bound"), AT_MOST.items())
def test_a_cost_stays_below_its_bound(measured, name, bound):
    assert measured[name]["value"] <= bound, measured[name]


def test_each_measured_ratio_has_a_bound_here(measured):
    assert set(measured) == {*AT_LEAST, *AT_MOST}
