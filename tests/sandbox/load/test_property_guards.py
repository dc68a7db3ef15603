"""Each guard of the load matters: without it the property fails."""

from __future__ import annotations

import pytest

from sandbox.engines.redshift import RedshiftError
from tests.sandbox.load.engine import TARGET, TOMBSTONES
from tests.sandbox.load.property import Round

SEARCHED = range(1, 100)
"""Some guards are needed seldom; the search ends with the first round that needs it."""
CHANGES, DELETES = "chg_things", "del_things"
EVERYWHERE = [
    "INSERT INTO etl.lock_things",
    "nobody_took_over",
    "no_full_load_is_newer",
    "DELETE FROM stg_things",
]
GUARDS = {
    "current": [
        f"DELETE FROM {CHANGES} USING {TARGET}",
        f"DELETE FROM {CHANGES} USING {TOMBSTONES}",
        f"INSERT INTO {TOMBSTONES}",
        f"DELETE FROM {TARGET} USING {CHANGES}",
        f"DELETE FROM {TARGET} WHERE _seq <",
    ],
    "soft_delete": [
        f"DELETE FROM {CHANGES} USING {TARGET}",
        f"DELETE FROM {DELETES} USING {TOMBSTONES}",
        f"INSERT INTO {TOMBSTONES}",
        f"UPDATE {TARGET} SET _deleted = TRUE, _loaded_at = GETDATE()\nFROM",
        f"UPDATE {TARGET} SET _deleted = TRUE, _loaded_at = GETDATE()\nWHERE",
    ],
    "append": [
        f"DELETE FROM {CHANGES} USING {TARGET}",
        f"DELETE FROM {TARGET} USING {CHANGES}",
        f"INSERT INTO {TARGET} (",
    ],
    "scd2": [
        f"DELETE FROM {CHANGES} USING {TARGET}\nWHERE",
        f"DELETE FROM {CHANGES} USING {TOMBSTONES}",
        f"DELETE FROM {TARGET} USING {CHANGES}",
        f"DELETE FROM {TOMBSTONES} USING {CHANGES}",
        f"INSERT INTO {CHANGES}",
        f"UPDATE {TARGET} SET\n  valid_from",
    ],
}


@pytest.mark.parametrize(
    ("history", "guard"),
    [(history, guard) for history, guards in GUARDS.items() for guard in [*EVERYWHERE, *guards]],
)
def test_without_it_rows_go_wrong(engine, monkeypatch, history, guard):
    monkeypatch.setattr(engine, "without", guard)

    def well(number):
        played = Round(engine, number, history)
        try:
            played.run()
            played.check()
        except (RedshiftError, AssertionError):
            return False
        return True

    assert not all(map(well, SEARCHED))
