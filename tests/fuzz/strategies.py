"""The targets' inputs as hypothesis makes them: seeds, changed where it matters."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from fuzz import seeds
from fuzz.mutations import mutated

MOST_BYTES = 4096  # of a seed that is changed
MOST_TIMES = 4


def inputs(target: str) -> st.SearchStrategy[bytes]:
    """Return a target's inputs."""
    known = [one for one in seeds.of(target).values() if len(one) <= MOST_BYTES]
    randoms = st.randoms(use_true_random=False)
    times = st.integers(1, MOST_TIMES)
    changed = st.builds(_changed, st.just(target), st.sampled_from(known), randoms, times)
    text = st.text().map(lambda one: one.encode("utf-8", "surrogatepass"))
    return st.one_of(changed, changed, changed, text, st.binary())


def _changed(target: str, data: bytes, random: Random, times: int) -> bytes:
    for _ in range(times):
        data = mutated(target, data, random, lambda one: _scribbled(one, random))
    return data


def _scribbled(data: bytes, random: Random) -> bytes:
    start = random.randint(0, len(data))
    return data[:start] + random.randbytes(random.randint(0, 3)) + data[start + 1 :]
