"""No module of the product imports what imports it: a reader can begin at the bottom."""

import subprocess
import sys

import pytest
from kit.paths import ROOT

# In a process of its own, in which nothing of Ansible finds collections in its own way.
IN_ORDER = """
import graphlib, sys, grimp
graph = grimp.build_graph(sys.argv[1])
imported = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
print(*graphlib.TopologicalSorter(imported).static_order())
"""


@pytest.mark.parametrize(
    ("folder", "package"),
    [("runner", "sqs_k8s_jobs"), ("collections", "ansible_collections.sqs_k8s.jobs.plugins")],
)
def test_no_modules_import_each_other_in_a_circle(folder, package):
    done = subprocess.run(
        [sys.executable, "-c", IN_ORDER, package],
        env={"PYTHONPATH": str(ROOT / folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) > 100
