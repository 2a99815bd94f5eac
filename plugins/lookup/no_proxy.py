# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: no_proxy
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: The servers that are reached without a proxy
version_added: 0.1.0
description:
  - Returns what the environment lists by C(K8S_AUTH_NO_PROXY), else C(no_proxy), else C(NO_PROXY),
    for the option C(no_proxy) of the modules of kubernetes.core; nothing is an empty text.
  - Clients of Kubernetes 34 and 35 take C(HTTPS_PROXY) from the environment and forget C(NO_PROXY),
    and those up to 36 understand no range of IPv6 and no port of an address. So the host of the
    API server is added where the list means it, by an address, a range of them (CIDR), a name or
    a suffix, with a port or without one.
  - The API server is the one that the modules find by the environment, C(K8S_AUTH_HOST),
    C(K8S_AUTH_KUBECONFIG), C(K8S_AUTH_CONTEXT) and so on.
"""

EXAMPLES = r"""
- name: Look for Jobs, and go by a proxy only where the environment does not say otherwise
  kubernetes.core.k8s_info:
    api_version: batch/v1
    kind: Job
    no_proxy: "{{ lookup('sqs_k8s.jobs.no_proxy') | default(omit, true) }}"
"""

RETURN = r"""
_raw:
  description: One text, a list of hosts with commas between them.
  type: list
  elements: str
"""

import os
from typing import Any

from ansible.plugins.lookup import LookupBase

from ..module_utils.cluster import api_server, no_proxy


class LookupModule(LookupBase):
    def run(self, _terms: list[str], **_kwargs: Any) -> list[str]:
        entries = no_proxy.listed()
        server = api_server.found_by(os.environ) if entries else None
        return [no_proxy.with_server(entries, server)]
