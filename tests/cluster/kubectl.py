"""kubectl, for the cluster's own needs and for tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .errors import ClusterError


class Kubectl:
    """Runs kubectl against one context of one kubeconfig, whatever the environment says."""

    def __init__(self, binary: Path, kubeconfig: Path, context: str) -> None:
        self.command = [str(binary), f"--kubeconfig={kubeconfig}", f"--context={context}"]

    def __call__(self, *args: str, stdin: str | None = None) -> str:
        """Its standard output; an error carries its standard error."""
        done = subprocess.run(
            [*self.command, *args],
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            env={**os.environ, "KUBECONFIG": ""},
            check=False,
        )
        if done.returncode:
            raise ClusterError(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def attempt(self, *args: str) -> str:
        """Its standard output, or nothing where it fails: for questions asked again and again."""
        try:
            return self(*args)
        except ClusterError:
            return ""
