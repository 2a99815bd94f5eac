"""The table of hostile messages. MARK is a file: where it is there afterwards, something ran."""

from data.hostile import trusted
from data.hostile.case import FORBIDDEN, GONE, INVALID, RUNS, Case
from data.hostile.slow import SLOW

PIPE = "{{ lookup('pipe', 'touch MARK') }}"
OBJECTS = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
STATEMENT = "{% set job = {} %}{% for x in range(9**9) %}{% endfor %}{# gone #}"
OVERRIDE = "#jinja2: variable_start_string:'[[', variable_end_string:']]'"
PYTHON = "!!python/object/apply:os.system [touch MARK]"
YAML_END = '"]}\n      hostNetwork: true\n# "'
YAML_BLOCK = "': |\n---\nkind: Pod\n"
SHELL = "$(touch MARK) `touch MARK`; touch MARK & | touch MARK > MARK"
ANSI = "a\u009b31mred\u009b0m"
ODD = "\U0001f600 \u2028 \u0085 \ufeff é \t\r\n  "
SCALARS = ["yes", "null", "~", "0x1F", "1e3", "2001-01-01", "<<", "*a", "&a", "!!int", "- a", "?"]


def _label(key):
    return {"job.fargate": {"key": key, "value": "a"}}


def _limit(resource, amount):
    return {"job.resources": {"limits": {resource: amount}}}


# Text that wants to be run, or to be read as something else, in every field that takes any text.
TEXT = [
    Case("jinja in the id", {"id": PIPE}, RUNS),
    Case("shell in the id", {"id": "$(touch MARK); `id` | id &"}, RUNS),
    Case("yaml in the id", {"id": YAML_END}, RUNS),
    Case("control sequences in the id", {"id": ANSI}, RUNS),
    Case("line separators in the id", {"id": ODD}, RUNS),
    Case("letters turned round in the id", {"id": "a\u202egnp.exe\u2066"}, RUNS),
    Case(
        "characters that nobody sees in the id", {"id": "a\u200b\u3164\u2800\ufe0f\U000e0041"}, RUNS
    ),
    Case("characters that nobody sees as a key", {"job.\u3164\u202e": "\u115f"}, RUNS),
    Case("an id that looks like a path", {"id": "../../etc/passwd"}, RUNS),
    Case("jinja in the command", {"job.command": ["sh", "-c", PIPE, OBJECTS]}, RUNS),
    Case("statements in the command", {"job.command": [STATEMENT, OVERRIDE]}, RUNS),
    Case("yaml in the command", {"job.command": [YAML_END, YAML_BLOCK, PYTHON]}, RUNS),
    Case("scalars in the command", {"job.command": SCALARS}, RUNS),
    Case("jinja in the arguments", {"job.args": [PIPE, STATEMENT]}, RUNS),
    Case("shell in the arguments", {"job.args": [SHELL, ANSI, ODD]}, RUNS),
    Case("jinja in a value", {"job.env": [{"name": "A", "value": PIPE}]}, RUNS),
    Case("yaml in a value", {"job.env": [{"name": "A", "value": YAML_END}]}, RUNS),
    Case("escapes in a value", {"job.env": [{"name": "A", "value": "\\ud83d\\u0000\\x41"}]}, RUNS),
    Case("jinja in a variable's name", {"job.env": [{"name": "{{ 7*7 }}", "value": ""}]}, RUNS),
    Case("jinja in the image", {"job.image": "{{7*7}}"}, RUNS),
    Case("yaml in the image", {"job.image": "a,securityContext:{privileged:true}"}, RUNS),
    Case("jinja in the mount's path", {"job.volume": {"mountPath": "{{ 7*7 }}", "pvc": "p"}}, RUNS),
    Case("jinja in the webhook's path", {"webhook.url": "http://caller.example/{{7*7}}"}, RUNS),
    # Its Job runs, and nobody is called: nothing but a web server is.
    Case("a webhook at the port of SSH", {"webhook.url": "http://caller.example:22/"}, RUNS),
    Case("jinja in an unknown field", {"job.{{ 7*7 }}": PIPE, PIPE: [PIPE]}, RUNS),
    Case("an unknown field named like ours", {"job.metadata": {"name": "x"}, "kind": "Pod"}, RUNS),
    Case("a prototype", {"job.__class__": {"__init__": {}}, "__proto__": {}}, RUNS),
]

# The same in fields with a form of their own: refused by the field's name.
FORM = [
    Case("jinja in the service", {"service": PIPE}, INVALID, "service: "),
    Case("jinja in the prefix", {"job.prefixName": "{{x}}"}, INVALID, "job.prefixName: "),
    Case("jinja in the namespace", {"job.namespace": "{{x}}"}, INVALID, "job.namespace: "),
    Case("a path as the namespace", {"job.namespace": "../kube-system"}, INVALID, "job.namespace"),
    Case("jinja in the service account", {"job.serviceAccount": "{{x}}"}, INVALID, "job.serviceA"),
    Case(
        *("jinja in the selector", {"job.nodeSelector": {"matchKey": "{{x}}", "matchValue": "a"}}),
        *(INVALID, "job.nodeSelector.matchKey"),
    ),
    Case(
        *("yaml in the toleration", {"job.toleration": {"key": "a", "value": "b: c"}}),
        *(INVALID, "job.toleration.value"),
    ),
    Case(
        *("a line end after a label", {"job.fargate": {"key": "a", "value": "b\n"}}),
        *(INVALID, "job.fargate.value"),
    ),
    Case(
        *("jinja in the claim", {"job.volume": {"mountPath": "a", "pvc": "{{x}}"}}),
        *(INVALID, "job.volume.pvc"),
    ),
    Case(
        *("jinja in a reference", {"job.envRef": [{"name": "{{x}}", "type": "secret"}]}),
        *(INVALID, "job.envRef[0].name"),
    ),
    Case(
        *("another kind of reference", {"job.envRef": [{"name": "a", "type": "fieldRef"}]}),
        *(INVALID, "job.envRef[0].type"),
    ),
    Case(
        "jinja in a quantity", {"job.resources": {"limits": {"cpu": PIPE}}}, INVALID, "limits.cpu"
    ),
    Case("a pull policy of its own", {"job.imagePullPolicy": "{{x}}"}, INVALID, "imagePullPolicy"),
    Case("white space in the image", {"job.image": "a\n  x: y"}, INVALID, "job.image"),
]

# Texts that are no message, or more than one.
JSON = [
    Case("nothing", "", INVALID, "not JSON"),
    Case("yaml", "id: one\nservice: example\n", INVALID, "not JSON"),
    Case("a text", '"{{ 7*7 }}"', INVALID, "not a JSON object"),
    Case("a list", "[]", INVALID, "not a JSON object"),
    Case("two documents", "{}{}", INVALID, "not JSON"),
    Case("a key twice", '{"id": "twice", "id": "two"}', INVALID, "there twice"),
    Case("a key twice within", '{"id": "in", "job": {"a": 1, "a": 2}}', INVALID, "there twice"),
    Case("not a number", '{"id": "nan", "job": NaN}', INVALID, "NaN is not a number"),
    Case("an endless number", '{"id": "inf", "job": 1e999}', INVALID, "too large"),
    Case("a number of 5,000 digits", '{"id": %s}' % ("9" * 5000), INVALID, "not JSON"),
    Case("a lone surrogate", '{"id": "half \\ud800"}', INVALID, "U+D800"),
    Case("a nul", '{"id": "nul \\u0000"}', INVALID, "U+0000"),
    Case("an escape sequence", '{"id": "red \\u001b[31m"}', INVALID, "U+001B"),
    Case("an escape sequence as a key", '{"id": "key", "\\u001b[2J": 1}', INVALID, "U+001B"),
    Case("nested 33 deep", '{"id": "deep", "a": %s}' % ("[" * 33 + "]" * 33), INVALID, "deeper"),
    Case("nested 100,000 deep", "[" * 100_000, INVALID, "deeper"),
    Case(
        "an SNS envelope", '{"TopicArn": "arn:x", "Message": "{}"}', INVALID, "raw message delivery"
    ),
    Case(
        *("an event", '{"detail-type": "x", "source": "x", "detail": {"id": "x"}}', INVALID),
        "$.detail",
    ),
    Case("more than a mebibyte", '{"id": "%s"}' % ("x" * 1024 * 1024), INVALID, "larger"),
]

# Values of another type, or beyond a limit.
LIMITS = [
    Case("no id", {"id": GONE}, INVALID, "id is required"),
    Case("an id that is null", {"id": None}, INVALID, "id is required"),
    Case("an id that is a number", {"id": 7}, INVALID, "id: "),
    Case("an empty id", {"id": ""}, INVALID, "id is required"),
    Case("an id of 257", {"id": "x" * 257}, INVALID, "id: "),
    Case("a job that is a list", {"job": [1]}, INVALID, "job: "),
    Case("a prefix of 60", {"job.prefixName": "p" * 60}, INVALID, "job.prefixName"),
    Case("a command that is a text", {"job.command": "sh"}, INVALID, "job.command"),
    Case("1,001 arguments", {"job.args": ["a"] * 1001}, INVALID, "job.args"),
    Case("a deadline as text", {"job.activeDeadlineSeconds": "600"}, INVALID, "activeDeadline"),
    Case("a negative deadline", {"job.activeDeadlineSeconds": -1}, INVALID, "activeDeadline"),
    Case("a deadline that is true", {"job.activeDeadlineSeconds": True}, INVALID, "activeDeadline"),
    Case("a TTL of 59", {"job.ttlSecondsAfterFinished": 59}, INVALID, "ttlSecondsAfterFinished"),
    Case("half a retry", {"job.backoffLimit": 0.5}, INVALID, "job.backoffLimit"),
    Case("negative memory", {"job.resources": {"limits": {"memory": "-1Gi"}}}, INVALID, "memory"),
    Case(
        "both volumes", {"job.volume": {"pvc": "a"}, "job.volume:": {"pvc": "b"}}, INVALID, "both"
    ),
    Case("a colon in the path", {"job.volume": {"mountPath": "a:b", "pvc": "p"}}, INVALID, "colon"),
    Case(
        "an equals sign in a name", {"job.env": [{"name": "A=B", "value": ""}]}, INVALID, "env[0]"
    ),
    Case("a webhook that is a file", {"webhook.url": "file:///etc/passwd"}, INVALID, "webhook.url"),
    Case("a webhook of gopher", {"webhook.url": "gopher://127.0.0.1:6379/_x"}, INVALID, "webhook"),
    Case("a webhook with a line end", {"webhook.url": "http://a/\nHost: b"}, INVALID, "webhook"),
    Case("a user in the webhook", {"webhook.url": "http://a@b.example/"}, INVALID, "without user"),
    Case("another host behind it", {"webhook.url": "http://a\\@b.example/"}, INVALID, "without"),
    Case("half a volume", {"job.volume": {"mountPath": "a", "pvc": ""}}, INVALID, "pvc is not"),
    Case("an amount as long as a book", _limit("cpu", "1" * 65), INVALID, "limits.cpu"),
    Case("an amount of 300 digits", _limit("cpu", 1e300), INVALID, "limits.cpu"),
]


# Messages of the right form that ask for more than the policy's defaults allow.
POLICY = [
    Case("kube-system", {"job.namespace": "kube-system"}, FORBIDDEN, "is never allowed"),
    Case("a namespace of others", {"job.namespace": "others"}, FORBIDDEN, "job.namespace"),
    Case("an account of others", {"job.serviceAccount": "admin"}, FORBIDDEN, "serviceAccountName"),
    Case(
        *("a secret as variables", {"job.envRef": [{"name": "aws", "type": "secret"}]}),
        *(FORBIDDEN, "envFrom"),
    ),
    Case(
        "the control plane's node",
        {
            "job.nodeSelector": {
                "matchKey": "node-role.kubernetes.io/control-plane",
                "matchValue": "true",
            }
        },
        *(FORBIDDEN, "nodeSelector"),
    ),
    Case(
        "the control plane's taint",
        {"job.toleration": {"key": "node-role.kubernetes.io/control-plane", "value": "x"}},
        *(FORBIDDEN, "tolerations"),
    ),
    Case("Istio's label", _label("sidecar.istio.io/inject"), FORBIDDEN, "job.fargate.key"),
    Case("our own label", _label("sqs-k8s.jobs/id"), FORBIDDEN, "job.fargate.key"),
    Case("the Job controller's label", _label("job-name"), FORBIDDEN, "job.fargate.key"),
    Case("another id's label", _label("jobId"), FORBIDDEN, "job.fargate.key"),
    Case("a service's label", _label("app.kubernetes.io/name"), FORBIDDEN, "job.fargate.key"),
    Case("a thousand cores", _limit("cpu", "1000"), FORBIDDEN, "cpu"),
    Case("a thousand cores, otherwise", _limit("cpu", "1000000m"), FORBIDDEN, "cpu"),
    Case("all of the memory", _limit("memory", "8Ei"), FORBIDDEN, "memory"),
    Case("nine GPUs", {"job.gpuEnable": True, "job.gpuNumber": 9}, FORBIDDEN, "nvidia.com/gpu"),
    Case("a year", {"job.activeDeadlineSeconds": 31536000}, FORBIDDEN, "activeDeadlineSeconds"),
    Case("kept for years", {"job.ttlSecondsAfterFinished": 2**31 - 1}, FORBIDDEN, "ttlSeconds"),
    Case("tried for ever", {"job.backoffLimit": 2**31 - 1}, FORBIDDEN, "backoffLimit"),
]

CASES = [*TEXT, *FORM, *JSON, *SLOW, *LIMITS, *POLICY, *trusted.CASES]
