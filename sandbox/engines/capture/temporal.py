"""Dates and times from PostgreSQL's ISO texts of them, also those beyond Python's years."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

DAY = 86_400_000_000
# What DMS writes for infinity: the last second of 9999, and the first day of 4713 BC
FOREVER = "9999-12-31 23:59:59"
NEVER = "4713-01-01 00:00:00 BC"
INFINITIES = {"infinity": FOREVER, "-infinity": NEVER}
MOMENT = re.compile(
    r"(\d+)-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?( BC)?", re.ASCII
)


def timestamps(texts: pa.Array, unit: str) -> pa.Array:
    """Timestamps without zone; unit is us, or ms, which drops what is finer."""
    return _moments(texts, pa.timestamp("us"), _microseconds).cast(pa.timestamp(unit), safe=False)


def instants(texts: pa.Array, unit: str) -> pa.Array:
    """Timestamps of a session in UTC, where each text says +00; the zone is dropped."""
    return timestamps(pc.replace_substring(texts, pattern="+00", replacement=""), unit)


def dates(texts: pa.Array) -> pa.Array:
    """Dates."""
    return _moments(texts, pa.date32(), lambda text: _microseconds(text) // DAY)


def times(texts: pa.Array, arrow: pa.DataType) -> pa.Array:
    """Times of day; ValueError for 24:00:00, which files cannot have."""
    moments = pc.binary_join_element_wise("1970-01-01", texts, " ")
    return moments.cast(pa.timestamp("us")).cast(pa.time64("us")).cast(arrow)


def _moments(texts: pa.Array, arrow: pa.DataType, slowly: Callable[[str], int]) -> pa.Array:
    """Arrow's own parser for the usual years, ours where it gives up."""
    try:
        return texts.cast(arrow)
    except pa.ArrowInvalid:
        numbers = [None if text is None else slowly(text) for text in texts.to_pylist()]
        storage = pa.int32() if pa.types.is_date32(arrow) else pa.int64()
        return pa.array(numbers, storage).cast(arrow)


def _microseconds(text: str) -> int:
    """Microseconds since 1970 of a text, in the proleptic Gregorian calendar."""
    match = MOMENT.fullmatch(INFINITIES.get(text, text))
    if match is None:
        raise ValueError(f"{text!r} is no date and time")
    year, month, day = (int(part) for part in match.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
    if match[8]:
        year = 1 - year
    seconds = hour * 3600 + minute * 60 + second
    fraction = int((match[7] or "").ljust(6, "0"))
    return _days(year, month, day) * DAY + seconds * 1_000_000 + fraction


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01; a year begins in March here, so that leap days come last."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146_097 + day_of_era - 719_468
