"""What was put into a metric, as the datapoints of periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from moto.cloudwatch.models import Dimension, MetricDatumBase, Statistics, cloudwatch_backends

HIGH_RESOLUTION = 60
"""Seconds: shorter periods begin at any of their multiples, others at any minute."""


@dataclass(frozen=True)
class Metric:
    """A metric of one account and region, and the statistic of it that counts."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    statistic: str
    unit: str | None = None

    def points(self, period: int, number: int, now: datetime.datetime) -> Points:
        """The datapoints of so many periods, the oldest first; the last is that of now."""
        step = min(period, HIGH_RESOLUTION)
        end = (int(now.timestamp()) // step + 1) * step
        start = end - period * number
        data: list[list[MetricDatumBase]] = [[] for _ in range(number)]
        for datum in list(cloudwatch_backends[self.account][self.region].metric_data):
            place = int((_seconds(datum.timestamp) - start) // period)
            if 0 <= place < number and self._covers(datum):
                data[place].append(datum)
        starts = [_moment(start + place * period) for place in range(number)]
        return Points(starts, [self._value(each) for each in data])

    def _covers(self, datum: MetricDatumBase) -> bool:
        return (
            (datum.namespace, datum.name) == (self.namespace, self.name)
            and dimensions_of(datum.dimensions) == self.dimensions
            and self.unit in {None, datum.unit}
        )

    def _value(self, data: list[MetricDatumBase]) -> float | None:
        if not data:
            return None
        statistics = Statistics([self.statistic], datetime.datetime.now(datetime.UTC))
        statistics.metric_data = data
        value: Any = statistics.get_statistics_for_type(self.statistic)
        return None if value is None else float(value)


@dataclass(frozen=True)
class Points:
    """Datapoints, the oldest first: when the period of each began, and its value if it has one."""

    starts: Sequence[datetime.datetime]
    values: Sequence[float | None]


def dimensions_of(dimensions: Iterable[Dimension]) -> frozenset[tuple[str, str]]:
    """The names and values of dimensions, whose order says nothing."""
    return frozenset((each.name or "", each.value or "") for each in dimensions)


def _seconds(moment: datetime.datetime) -> float:
    """A time of moto's, which is in UTC where it has no zone, since the epoch."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return aware.timestamp()


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
