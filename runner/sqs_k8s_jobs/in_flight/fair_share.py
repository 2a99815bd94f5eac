"""The places of queues in a batch: shares by weight, as far as each queue can use its share."""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def allocate(limit: int, waiting: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Return for each place of a batch the queue that it goes to, by its number.

    First comes one place for each queue with something waiting; where there are more of these
    than places, the last ones have none. Then each place goes where it is the most due: that is
    Sainte-Laguë's method, whose shares are the nearest to the weights.
    """
    heap = [(0.0, queue) for queue, count in enumerate(waiting) if count > 0]
    given = [0] * len(waiting)
    found: list[int] = []
    while heap and len(found) < limit:
        _, queue = heapq.heappop(heap)
        found.append(queue)
        given[queue] += 1
        if given[queue] < waiting[queue]:
            heapq.heappush(heap, ((2 * given[queue] + 1) / weights[queue], queue))
    return found
