"""Step Functions: the API of AWS, on moto's interpreter of the Amazon States Language, mended.

What moto's interpreter gets wrong is put right by reason, each in a file of its own; they touch
its internals, so moto is pinned and the tests of this service are the contract.
"""

from __future__ import annotations

import logging

from sandbox.services.stepfunctions import (
    aws_sdk,
    callbacks,
    choices,
    context,
    credentials,
    error_names,
    executions,
    grammar,
    intrinsics,
    json_path,
    jsonata,
    limits,
    machines,
    map_runs,
    parsing,
    tags,
    timeouts,
)

__all__ = ["callbacks", "executions", "machines", "tags"]

for _mended in (
    aws_sdk,
    choices,
    context,
    credentials,
    error_names,
    grammar,
    intrinsics,
    json_path,
    jsonata,
    limits,
    map_runs,
    parsing,
    timeouts,
):
    _mended.apply()

# it reports each state that fails, which an execution's history tells better
logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
