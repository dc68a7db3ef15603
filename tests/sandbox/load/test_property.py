"""Thousands of random histories of random tables end in the source's rows.

MDW_SEED is the number of the first round (1), MDW_CASES how many cases run (2000).
"""

from __future__ import annotations

import os

import pytest

from tests.sandbox.load.property import Round
from tests.sandbox.load.shapes import LIVES

SEED = int(os.environ.get("MDW_SEED") or 1)
CASES = int(os.environ.get("MDW_CASES") or 2000)
ROUNDS_A_TEST = 10
ROUNDS = range(SEED, SEED + -(-CASES // LIVES))


@pytest.mark.parametrize("first", ROUNDS[::ROUNDS_A_TEST])
def test_the_warehouse_ends_up_as_the_source_is(engine, first):
    for number in range(first, min(first + ROUNDS_A_TEST, ROUNDS.stop)):
        played = None
        try:
            played = Round(engine, number)
            played.run()
            played.check()
        except Exception as error:
            error.add_note(f"MDW_SEED={number} MDW_CASES={LIVES} repeats it")
            error.add_note(f"table: {played and played.shape}")
            raise
