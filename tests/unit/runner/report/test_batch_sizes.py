"""The number of Jobs in a report after a cut-short report; the pause of a single Job."""

from sqs_k8s_jobs.report.batch_sizes import FIRST_PAUSE, LONGEST_PAUSE, BatchSizes


def test_a_report_has_as_many_as_are_allowed_until_one_is_cut_short():
    sizes = BatchSizes(400)
    assert sizes.of("fast") == 400

    assert sizes.cut_short("fast", ["a"] * 400) == 0.0

    assert (sizes.of("fast"), sizes.of("slow")) == (200, 400)


def test_it_has_one_at_least_and_one_more_after_each_that_ends():
    sizes = BatchSizes(3)
    sizes.cut_short("fast", ["a"])
    assert sizes.of("fast") == 1

    assert [(sizes.ended("fast"), sizes.of("fast"))[1] for _ in range(3)] == [2, 3, 3]


def test_its_size_comes_back_in_small_steps_as_what_was_too_large_may_be_there_still():
    sizes = BatchSizes(400)
    sizes.cut_short("fast", ["a"] * 400)

    assert [(sizes.ended("fast"), sizes.of("fast"))[1] for _ in range(9)] == [
        *range(225, 401, 25),
        400,
    ]


def test_one_that_is_cut_short_alone_comes_again_ever_later_as_a_kill_may_have_other_reasons():
    sizes = BatchSizes(10)
    pauses = [sizes.cut_short("fast", ["a"]) for _ in range(9)]

    assert FIRST_PAUSE / 2 <= pauses[0] <= FIRST_PAUSE
    assert LONGEST_PAUSE / 2 <= pauses[-1] <= LONGEST_PAUSE
    assert sizes.cut_short("fast", ["b"]) <= FIRST_PAUSE
