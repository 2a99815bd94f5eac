"""Words that mean something to what reads them: to Jinja, YAML, JSON, Kubernetes and URLs."""

from __future__ import annotations

from typing import Any

from data.hostile import messages as hostile

TEXTS = [
    *(hostile.PIPE, hostile.OBJECTS, hostile.STATEMENT, hostile.OVERRIDE, hostile.PYTHON),
    *(hostile.YAML_END, hostile.YAML_BLOCK, hostile.SHELL, hostile.ANSI, hostile.ODD),
    *hostile.SCALARS,
    *("]}\n      hostNetwork: true\n      x: [", "a\n          securityContext:\n"),
    *("{privileged:true}", '{"add":["ALL"]}', "a, {hostPath: {path: /}}", "]\n---\nkind: Pod"),
    *("a]\n      priorityClassName: b #", "a, iam.amazonaws.com/role: b", "a]\n          tty: [b"),
    *("default", "kube-system", "one\u2028two", "\u202eover", "\U0001f600", "\\ud83d\\ude00"),
    *(
        "1:59:59",
        "1" + ":59" * 180 + ".5",
        "0x" + "f" * 40,
        "1_0",
        ".inf",
        "1e400",
        "9" * 30,
        "-0",
        "0o7",
    ),
    *("sqs-k8s.jobs/webhook", "sqs-k8s.jobs/id", "node-role.kubernetes.io/master", "x" * 300),
    *("a" * 64, "", " ", "\n", "\t", '"', "'", "#", "%", "@", "`", "!", "|", ">", "&a", "*a"),
]

HTTP = [
    *(
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.0 200 OK\r\n",
        "HTTP/1.1 103 Early Hints\r\n",
        "HTTP/1.1 100\r\n",
    ),
    *(
        "HTTP/1.1 204 No Content\r\n",
        "HTTP/1.1 503 No\r\n",
        "HTTP/1.1 101 Switch\r\n",
        "\r\n",
        "\n",
    ),
    *(
        "Content-Length: 0\r\n",
        "Content-Length: 5\r\n",
        "content-length: 5, 5\r\n",
        "Content-Length:",
    ),
    *("Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Connection: close\r\n"),
    *(
        "hello",
        "5\r\nhello\r\n",
        "0\r\n",
        "0\r\n\r\n",
        "5;a=b\r\n",
        "-5\r\n",
        " folded\r\n",
        "A: b\r\n",
    ),
    *(" 0", "\r", "\0", "\t", "_", "+", "-", ",", ":", "close", "chunked", "\u00a0", "\u0085"),
]

NAMES = [
    *("id", "service", "job", "webhook", "url", "prefixName", "namespace", "image", "command"),
    *("args", "env", "envRef", "name", "value", "type", "resources", "limits", "requests"),
    *("nodeSelector", "matchKey", "matchValue", "toleration", "fargate", "key", "volume"),
    *("volume:", "mountPath", "pvc", "serviceAccount", "gpuEnable", "gpuNumber", "cpu", "memory"),
    *("metadata", "labels", "annotations", "spec", "template", "containers", "initContainers"),
    *("securityContext", "volumes", "hostPath", "privileged", "capabilities", "add", "<<"),
    *("sqs-k8s.jobs/id", "sqs-k8s.jobs/webhook", "kubernetes.io/arch", "nvidia.com/gpu"),
]

VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 0.5, 1e22, -0.0, 59, 101, 2**31 - 1, 2**31, 2**63, 10**25),
    *([], {}, [[]], [{}], {"name": "a"}, [None], ["ALL"], "64", "65", "1Ei", "1e99", "0.1"),
]

# Each is something that the default policy refuses, to be put into an object somewhere.
GADGETS: list[dict[str, Any]] = [
    *({name: True} for name in ("hostNetwork", "hostPID", "hostIPC", "manualSelector")),
    *({"securityContext": {"privileged": odd}} for odd in (True, 1, "true")),
    *({"securityContext": {"capabilities": {"add": [one]}}} for one in ("ALL", "CHOWN", 1, None)),
    {"securityContext": {"procMount": "Unmasked", "windowsOptions": {"hostProcess": True}}},
    {"securityContext": {"seccompProfile": {"type": "Unconfined"}}},
    *({"volumes": [{"name": "v", **one}]} for one in ({"hostPath": {"path": "/"}}, {"nfs": {}})),
    {"volumes": [{"name": "v", "secret": {"secretName": "keys"}}]},
    {"volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "keys"}}]}}]},
    {"volumes": [{"name": "v", "csi": {"driver": "d", "nodePublishSecretRef": {"name": "k"}}}]},
    *({"volumes": [{"name": "v", one: {"secretRef": {"name": "k"}}}]} for one in ("rbd", "iscsi")),
    {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "a"}}}]},
    {"envFrom": [{"secretRef": {"name": "keys"}}]},
    {"ports": [{"containerPort": 80, "hostPort": 80}]},
    {"initContainers": [{"name": "i", "image": "i", "securityContext": {"privileged": True}}]},
    {"nodeName": "node", "serviceAccountName": "admin", "serviceAccount": "admin"},
    {"nodeSelector": {"node-role.kubernetes.io/control-plane": ""}},
    {"ownerReferences": [{"kind": "Node"}], "ephemeralContainers": [{}]},
    {"resources": {"limits": {"cpu": "65", "memory": "1Ti", "nvidia.com/gpu": 9}}},
    {"backoffLimit": 101, "activeDeadlineSeconds": 10**6, "ttlSecondsAfterFinished": 10**6},
    {"namespace": "kube-system", "labels": {"sqs-k8s.jobs/id": "x"}},
    {"annotations": {"sqs-k8s.jobs/webhook": "http://caller.example/"}},
]

YAML = [
    *("{", "}", "[", "]", "[]", "{}", ": ", "- ", "? ", "<<: ", "&a ", "*a", "!!int ", "!!float "),
    *("!!str ", "!!python/name:os.system ", "!!binary ", "!!bool ", "!!null ", "%YAML 1.1\n"),
    *("---\n", "...\n", "|\n  ", ">-\n  ", "'", '"', "\\ud83d\\ude00", "\\x00", "\\u0085", "\n  "),
    *(".inf", ".nan", "1e999", "1.0e+999", "0x_", "0b_", "1:30", "1:30.5", "2001-01-01", "="),
    *("yes", "~", "_", "+_", "0o8", "08", "1_000", "9223372036854775808", "a: &a [*a]", "\t"),
]

HOSTS: list[Any] = [
    *("caller.example", "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1"),
    *("0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "192.88.99.1"),
    *("93.184.216.34", "8.8.8.8", "168.63.129.16", "0x7f.1", "017700000001", "2130706433", "0"),
    *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]"),
    *("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]"),
    *("[2001:0:7f00:1::80ff:fffe]", "[::127.0.0.1]", "[2606:4700::1]", "[fe80::1%25eth0]"),
    *("127。0。0。1", "①②⑦.0.0.1", "localhost", "a@127.0.0.1", "127.0.0.1\\@caller.example"),
    *(
        "caller.example:0",
        "caller.example:65536",
        "caller.example.",
        "\u017f.example",
        "xn--a",
        "a..b",
    ),
]

IMAGES = [
    *(
        "busybox:1",
        "busybox:1.36",
        "library/busybox:1",
        "docker.io/busybox:1",
        "registry.example/team/a",
    ),
    *(
        "index.docker.io/",
        "docker.io:443/",
        "registry.example:443/",
        "registry.example.",
        "busybox.",
    ),
    *(
        "team/",
        "/team/../",
        "//",
        ":443",
        ":0443",
        ":5000",
        ":1",
        "@sha256:" + "a" * 64,
        "[::1]:5000/",
    ),
    *("sha256:" + "a" * 64, "a" * 64, "%2f", "\u3002", "A", ".", "..", "__", "-", "*", "\n"),
]
