"""Definitions are parsed one at a time: moto's parser keeps what it is doing in its classes.

A definition that it refuses would leave its query language behind for the next one.
"""

from __future__ import annotations

import threading
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from sandbox.services.stepfunctions.patching import override

_parse = AmazonStateLanguageParser.parse
_make_preprocessor = Preprocessor.__init__
_one_at_a_time = threading.Lock()


def apply() -> None:
    """Put both into moto's parser."""
    override(AmazonStateLanguageParser, parse=staticmethod(_parse_alone))
    override(Preprocessor, __init__=_preprocessor_of_its_own)


def _parse_alone(definition: str) -> Any:
    with _one_at_a_time:
        return _parse(definition)


def _preprocessor_of_its_own(self: Preprocessor) -> None:
    _make_preprocessor(self)
    self._query_language_per_scope = []
