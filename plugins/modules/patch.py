#!/usr/bin/python
# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
module: patch
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Patch many objects, at once
version_added: 0.1.0
description:
  - Applies one JSON merge patch to each object, side by side, and returns one result per patch.
  - Unlike M(kubernetes.core.k8s) with O(kubernetes.core.k8s#module:state=patched), it does not read
    an object first, and does not return it. A patch costs one request.
  - A patch with a C(metadata.resourceVersion) applies only to the object as it was read, and one
    with a C(metadata.uid) only to that very object, whatever has its name by now.
  - An object that could not be patched is a result, not a failure of the task.
options:
  patches:
    description:
      - Objects with C(apiVersion), C(kind), C(metadata.name), C(metadata.namespace) if any, and the
        changes. A null item is removed from the object.
    type: list
    elements: dict
    required: true
  workers:
    description: Maximum number of concurrent requests.
    type: int
    default: 4
  kubeconfig:
    description: The kubeconfig file. Like M(kubernetes.core.k8s), this module takes missing
      options from the environment, by the names C(K8S_AUTH_KUBECONFIG) and so on.
    type: path
  context:
    description: The context in it.
    type: str
  host:
    description: URL of the API server.
    type: str
  api_key:
    description: A token for it.
    type: str
  ca_cert:
    description: The authority of its certificate.
    type: path
  validate_certs:
    description: Verifies its certificate.
    type: bool
  no_proxy:
    description: Hosts that are reached without a proxy, with commas between them.
    type: str
requirements:
  - kubernetes.core, the collection
  - kubernetes >= 24.2.0
seealso:
  - module: kubernetes.core.k8s
attributes:
  check_mode:
    description: In check mode the API server is asked, and changes nothing.
    support: full
"""

EXAMPLES = r"""
- name: Record that a callback was accepted
  sqs_k8s.jobs.patch:
    patches:
      - apiVersion: batch/v1
        kind: Job
        metadata:
          namespace: default
          name: bb-fbe70e59
          annotations:
            sqs-k8s.jobs/reported-0: "2026-01-01T00:00:00Z"
"""

RETURN = r"""
patched:
  description: One result per patch, in their order.
  returned: always
  type: list
  elements: dict
  contains:
    ok:
      description: Whether the object was patched.
      type: bool
    error:
      description: The reason why it was not, null where it was.
      type: str
    fault:
      description:
        - Whether this is an operator fault.
        - It is not where the object has changed, or was deleted.
      type: bool
    uid:
      description: The C(metadata.uid) of the patch, null where it has none.
      type: str
"""

import traceback
from typing import Any, Optional

from ansible.module_utils.basic import missing_required_lib

from ..module_utils.cluster.patches import Patches
from ..module_utils.common.quiet_module import QuietModule

MISSING: Optional[str] = None
try:
    from ansible_collections.kubernetes.core.plugins.module_utils.k8s.client import get_api_client
    from ansible_collections.kubernetes.core.plugins.module_utils.k8s.core import AnsibleK8SModule
    from ansible_collections.kubernetes.core.plugins.module_utils.k8s.exceptions import (
        CoreException,
    )
except ImportError:
    MISSING = traceback.format_exc()

SPEC: dict[str, Any] = {
    "patches": {"type": "list", "elements": "dict", "required": True},
    "workers": {"type": "int", "default": 4},
    "kubeconfig": {"type": "path"},
    "context": {"type": "str"},
    "host": {"type": "str"},
    "api_key": {"type": "str", "no_log": True},
    "ca_cert": {"type": "path"},
    "validate_certs": {"type": "bool"},
    "no_proxy": {"type": "str"},
}


def main() -> None:
    own = QuietModule(SPEC, supports_check_mode=True)
    if MISSING:
        missing = missing_required_lib("kubernetes.core, a collection,")
        own.fail_json(msg=missing, exception=MISSING)
    module = AnsibleK8SModule(module_class=lambda: own)
    patches, workers = module.params["patches"], module.params["workers"]
    try:
        client = get_api_client(module)
        results = Patches(client, workers, dry_run=module.check_mode).apply(patches)
    except CoreException as exc:
        module.fail_json(msg=str(exc))
    # A key "results" would look like a loop's, whose items are shown even where a task is hidden.
    module.exit_json(changed=any(one["ok"] for one in results), patched=results)


if __name__ == "__main__":
    main()
