"""How the interpreter is mended: by putting a function of ours where moto has one of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import moto.stepfunctions.parser.models  # noqa: F401  every module of the interpreter is loaded


def replace(original: Callable[..., Any], replacement: Callable[..., Any]) -> None:
    """Use another function wherever the interpreter uses this one.

    moto imports functions by name, so each module has a reference of its own.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser"):
            for attribute, value in list(vars(module).items()):
                if value is original:
                    setattr(module, attribute, replacement)


def override(kind: type, **methods: Any) -> None:
    """Give a class of the interpreter other methods of the same names.

    Raises AttributeError for one that it does not have: moto has changed.
    """
    for name, method in methods.items():
        getattr(kind, name)
        setattr(kind, name, method)
