from __future__ import annotations

import itertools

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.modern_data.warehouse.plugins.module_utils import waiting
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves; its list holds the pauses."""
    slept: list[float] = []
    monkeypatch.setattr(waiting.time, "monotonic", lambda: sum(slept))
    monkeypatch.setattr(waiting.time, "sleep", slept.append)
    return slept


def wait(seen, timeout=100.0):
    return waiting.wait_until(
        iter(seen).__next__,
        lambda status: status == "available",
        timeout=timeout,
        what="thing shop to become ready",
        state=str,
    )


def test_what_is_ready_is_not_waited_for(clock):
    assert wait(["available"]) == "available"
    assert clock == []


def test_looks_are_frequent_at_first_and_rare_later(clock):
    wait([*["creating"] * 12, "available"])
    assert clock[0] < 0.5
    assert sum(clock[:6]) < clock[-1]
    assert max(clock) <= waiting.LONGEST_PAUSE * (1 + waiting.JITTER)


def test_no_two_tasks_look_in_step(clock):
    wait([*["creating"] * 5, "available"])
    first = list(clock)
    clock.clear()
    wait([*["creating"] * 5, "available"])
    assert clock != first


def test_when_the_time_is_over_the_message_says_what_is_and_what_to_do(clock):
    with pytest.raises(ResourceError) as raised:
        wait(itertools.repeat("creating"), timeout=10)
    assert raised.value.message == (
        "Waited 10 s for thing shop to become ready; it is creating now. "
        "AWS goes on by itself: run again, or raise wait_timeout."
    )
    assert sum(clock) == pytest.approx(10)


def test_no_option_is_named_where_none_sets_the_timeout(clock):
    def refuse():
        raise AnsibleAWSError(message="role not known")

    with pytest.raises(ResourceError) as raised:
        waiting.once_accepted(refuse, ("not known",), "thing shop to be allowed", 10)
    assert raised.value.message.endswith("AWS goes on by itself: run again.")
