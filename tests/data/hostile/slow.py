"""Hostile messages that would take long to read, if what may be in them were not bounded."""

from data.hostile.case import INVALID, Case


def _enveloped(body, times):
    """A text within SNS envelopes, whose quotes become a few characters longer with each."""
    for _ in range(times):
        text = body.replace("\\", "\\u005c").replace('"', "\\u0022")
        body = f'{{"TopicArn":"","Message":"{text}"}}'
    return body


KEY = '"{}": 1'.format
TEXTS = _enveloped('{"id": "within"}', 10)


SLOW = [
    Case(
        *("a name of dots", '{"id": "dots", "%sa": 1}' % ("a." * 80_000), INVALID),
        "a key in the message is longer than the limit of 512",
    ),
    Case(
        *("1,001 keys", f'{{"id": "k", {", ".join(map(KEY, range(1000)))}}}', INVALID),
        "the message has more than the limit of 1000 keys",
    ),
    Case(
        *("75,000 limits", {"job.resources": {"limits": {f"{n}": 1 for n in range(75_000)}}}),
        *(INVALID, "more than the limit of 20000 values"),
    ),
    Case(
        "20,001 values", '{"id": "values", "a": [%s0]}' % ("0," * 20_000), INVALID, "20000 values"
    ),
    Case("a text in a text, ten times", TEXTS, INVALID, "raw message delivery"),
]
