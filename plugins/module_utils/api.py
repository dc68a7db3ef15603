# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to one AWS service: snake_case in and out, throttling retried, errors explained."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

from .errors import THROTTLING, ResourceError, error_code, explained
from .shapes import from_api, snake_case, to_api

with suppress(ImportError):  # AnsibleAWSModule reports that botocore is missing
    from botocore import __version__ as botocore_version

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.model import Shape

PAGE_TOKENS = ("NextToken", "nextToken", "Marker")


class Api:
    """The operations of one service, called by their API names.

    `what` names the resource in error messages.
    """

    def __init__(self, client: BaseClient, what: str) -> None:
        self.client = client
        self.what = what
        self.model = client.meta.service_model

    def call(self, operation: str, *, retry: Iterable[str] = (), **request: Any) -> dict[str, Any]:
        """Call `operation` ("UpdateWorkgroup") with snake_case members; None members are left out.

        Returns the answer in snake_case. Throttling and the error codes of `retry` are tried
        again with growing pauses. Raises AnsibleAWSError.
        """
        shapes = self.model.operation_model(operation)
        answer = self._send(operation, retry, self._parameters(shapes.input_shape, request))
        return from_api(shapes.output_shape, answer)

    def maybe(
        self, operation: str, *, missing: Iterable[str], retry: Iterable[str] = (), **request: Any
    ) -> dict[str, Any] | None:
        """Call `operation`; None when it fails with one of the `missing` error codes."""
        try:
            return self.call(operation, retry=retry, **request)
        except AnsibleAWSError as error:
            if error_code(error) in tuple(missing):
                return None
            raise

    def pages(self, operation: str, items: str, **request: Any) -> list[Any]:
        """Call a listing `operation` to its last page; returns the joined member `items`."""
        shapes = self.model.operation_model(operation)
        inputs = shapes.input_shape.members if shapes.input_shape else {}
        token = next((name for name in PAGE_TOKENS if name in inputs), None)
        parameters = self._parameters(shapes.input_shape, request)
        found: list[Any] = []
        while True:
            answer = self._send(operation, (), parameters)
            found += from_api(shapes.output_shape, answer).get(items) or []
            if token is None or not answer.get(token):
                return found
            parameters = {**parameters, token: answer[token]}

    def arn(self, account_id: str, resource: str, service: str = "") -> str:
        """An ARN in the client's partition and region; of its service, unless another is named."""
        meta = self.client.meta
        parts = (meta.partition, service or self.model.signing_name, meta.region_name)
        return ":".join(("arn", *parts, account_id, resource))

    def _parameters(self, shape: Shape | None, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return to_api(shape, request) or {}
        except ValueError as error:  # a member that AWS has had for a shorter time
            raise ResourceError(
                f"{self.what}: {error} in botocore {botocore_version}, a newer one may know it"
            ) from error

    def _send(
        self, operation: str, retry: Iterable[str], parameters: dict[str, Any]
    ) -> dict[str, Any]:
        patient = AWSRetry.jittered_backoff(
            retries=10, delay=1, max_delay=30, catch_extra_error_codes=[*THROTTLING, *retry]
        )
        action = f"{self.model.signing_name}:{operation}"
        method = getattr(self.client, snake_case(operation))
        return explained(action, self.what)(patient(method))(**parameters)
