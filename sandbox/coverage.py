"""Which operations of which services are served, and by whom: docs/sandbox-operations.md.

`make sandbox-operations` writes it.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import sys
import textwrap
from collections.abc import Sequence
from typing import Literal

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

import sandbox.services  # noqa: F401  registers what is served
from sandbox import registry

Server = Literal["sandbox", "moto", "nobody"]
SERVICES = (
    *("athena", "cloudwatch", "dms", "dynamodb", "ec2", "events", "glue", "iam", "kms"),
    *("lakeformation", "logs", "rds", "redshift-data", "redshift-serverless"),
    *("resourcegroupstaggingapi", "scheduler", "secretsmanager", "sns", "sqs", "stepfunctions"),
    "sts",
)
"""The services of the platform's road, as boto3 names them."""
TITLES: dict[Server, str] = {
    "sandbox": "Served by the sandbox",
    "moto": "Served by moto",
    "nobody": "NotImplemented",
}
WIDTH = 118
HEAD = """\
# The sandbox's operations

Which operations of the services of the road the sandbox serves itself, which it leaves to moto, and which answer with
the error NotImplemented. What is served has the limits that [the sandbox's table](sandbox.md#what-is-emulated-and-what-differs-from-aws)
tells. S3 is served by moto, by path and query rather than by operation, and so not listed; services that are not listed are as
moto has them.

This file is made from the code by `make sandbox-operations`; a test holds it to that.
"""


def server_of(service: str, operation: str) -> Server:
    """Who serves an operation."""
    if registry.is_refused(service, operation):
        return "nobody"
    if registry.handler_of(service, operation):
        return "sandbox"
    if registry.is_owned(service) or operation not in _of_moto(service):
        return "nobody"
    return "moto"


def document() -> str:
    """The text of the file."""
    return "\n".join([HEAD, *(_section(service) for service in SERVICES)])


@functools.cache
def _of_moto(service: str) -> frozenset[str]:
    """The operations for which moto has a method that does something."""
    responses = importlib.import_module(f"moto.{service}.responses")
    kinds = [
        kind
        for _, kind in inspect.getmembers(responses, inspect.isclass)
        if issubclass(kind, BaseResponse)
    ]
    return frozenset(
        name
        for name in get_service_model(service).operation_names
        for method in [_method(kinds, camelcase_to_underscores(name))]
        if method is not None and not _is_empty(method)
    )


def _method(kinds: Sequence[type], name: str) -> object | None:
    return next((getattr(kind, name) for kind in kinds if hasattr(kind, name)), None)


def _is_empty(method: object) -> bool:
    """Whether a method does nothing but say that moto does not serve it."""
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(method))).body  # type: ignore[arg-type]
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    last = function.body[-1]
    answers = any(isinstance(node, ast.Return) for node in ast.walk(function))
    return isinstance(last, ast.Raise) and "NotImplementedError" in ast.dump(last) and not answers


def _section(service: str) -> str:
    names = get_service_model(service).operation_names
    lines = [f"## {service}", ""]
    for server, title in TITLES.items():
        found = sorted(name for name in names if server_of(service, name) == server)
        if found:
            told = f"**{title}** ({len(found)}): {', '.join(found)}"
            lines += [*textwrap.wrap(told, WIDTH, break_long_words=False), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(document())
