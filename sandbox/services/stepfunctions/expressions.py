"""JSONata as Step Functions evaluates it: the language, and the six functions that AWS adds.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from jsonata import Jsonata
from jsonata.utils import Utils

HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384"}
HASHES["SHA-512"] = "sha512"
LARGEST_EXACT_INTEGER = 2**53


class ExpressionError(Exception):
    """An expression that cannot be evaluated, or whose value a state cannot hold."""


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """The JSON value of an expression; variables are named without their dollar sign.

    Raises ExpressionError when it is malformed, fails, or returns nothing or a function.
    """
    bound = {
        name: Utils.NULL_VALUE if value is None else value for name, value in variables.items()
    }
    try:
        compiled = Jsonata(expression)
        compiled.set_output_convert_nulls(False)  # else null and nothing look alike
        value = compiled.evaluate(None, FUNCTIONS | bound)
    except ExpressionError:
        raise
    except Exception as error:
        raise ExpressionError(
            f"The JSONata expression '{expression}' threw an error during evaluation. {error}"
        ) from error
    if value is None:
        raise ExpressionError(
            f"The JSONata expression '{expression}' returned nothing (undefined)."
        )
    return _json_value(value, expression)


def _json_value(value: Any, expression: str) -> Any:
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, str | bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_EXACT_INTEGER:
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {name: _json_value(member, expression) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(member, expression) for member in value]
    raise ExpressionError(
        f"The JSONata expression '{expression}' returned an unsupported result type."
    )


def _partition(array: Any = None, size: Any = None) -> Any:
    if array is None:
        return None
    members = array if isinstance(array, list) else [array]
    if not isinstance(size, int | float) or size < 1:
        raise ExpressionError("$partition needs a chunk size of at least 1.")
    step = int(size)
    return [members[start : start + step] for start in range(0, len(members), step)]


def _range(first: Any, last: Any, step: Any) -> list[Any]:
    if not step:
        raise ExpressionError("$range needs a step that is not 0.")
    if len(numbers := range(0, int((last - first) // step) + 1)) > 1000:
        raise ExpressionError("$range generates at most 1000 numbers.")
    return [first + number * step for number in numbers]


def _hash(text: Any = None, algorithm: Any = None) -> str | None:
    if text is None:
        return None
    name = HASHES.get(str(algorithm))
    if name is None:
        raise ExpressionError(f"$hash knows {', '.join(HASHES)}, not {algorithm!r}.")
    return hashlib.new(name, str(text).encode(), usedforsecurity=False).hexdigest()


def _random(seed: Any = None) -> float:
    # a random number of a workflow keeps no secret
    return random.random() if seed is None else random.Random(seed).random()  # noqa: S311


def _parse(text: Any = None) -> Any:
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"$parse was given text that is not JSON: {error}") from error
    return Utils.NULL_VALUE if value is None else value


def _no_eval(*_: Any) -> Any:
    raise ExpressionError("$eval is not supported by Step Functions; use $parse.")


def _function(implementation: Callable[..., Any]) -> Any:
    return Jsonata.JLambda(implementation)


FUNCTIONS: dict[str, Any] = {
    "partition": _function(_partition),
    "range": _function(_range),
    "hash": _function(_hash),
    "random": _function(_random),
    "uuid": _function(lambda: str(uuid.uuid4())),
    "parse": _function(_parse),
    "eval": _function(_no_eval),
}
