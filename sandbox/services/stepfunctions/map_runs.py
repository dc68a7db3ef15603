"""How many items of a distributed Map may fail: moto reads it, and lets all of them fail.

https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
"""

from __future__ import annotations

from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
    DistributedIterationComponentEvalInput,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from sandbox.services.stepfunctions.jsonata import failure
from sandbox.services.stepfunctions.patching import override

_map_run = DistributedIterationComponent._map_run


def apply() -> None:
    """Put the bounds into moto's interpreter."""
    override(DistributedIterationComponent, _map_run=_map_run_within_bounds)


def _map_run_within_bounds(
    self: DistributedIterationComponent,
    env: Environment,
    eval_input: DistributedIterationComponentEvalInput,
) -> None:
    _map_run(self, env, eval_input)
    if _exceeds(eval_input.map_run_record):
        cause = "The specified tolerated failure threshold was exceeded"
        raise failure(env, StatesErrorNameType.StatesExceedToleratedFailureThreshold, cause)


def _exceeds(record: MapRunRecord) -> bool:
    """Whether more items failed than either bound allows; 0 is the bound of who gives none."""
    items = record.item_counter
    failed = items.failed.get() + items.timed_out.get()
    count, percentage = record.tolerated_failure_count, record.tolerated_failure_percentage
    if not count and not percentage:
        return failed > 0
    too_many = bool(count) and failed > count
    return too_many or (bool(percentage) and failed * 100 > percentage * items.total.get())
