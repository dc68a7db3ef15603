"""One request of an operation, as botocore's models read and answer it."""

from __future__ import annotations

import io
import traceback
import warnings
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from botocore.model import ServiceModel
from moto.core.exceptions import ServiceException
from moto.core.request import Request
from moto.core.responses import TYPE_RESPONSE, ActionResult, BaseResponse
from moto.core.utils import get_service_model

from sandbox import requests
from sandbox.answers import printable
from sandbox.errors import AwsError

# HTTP statuses of the errors that are common to all services and in no model
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
COMMON_STATUS = {
    "AccessDenied": 403,
    "AuthorizationError": 403,
    "InternalFailure": 500,
    "UnauthorizedOperation": 403,
}

Environ = dict[str, Any]


class _ServerRequest(Request):
    from_wsgi_server = True


class Exchange(BaseResponse):
    """One request of an operation: parsed, handled, serialised."""

    def __init__(self, service: str, handle: Callable[[Exchange], Any] | None) -> None:
        super().__init__(service_name=service)
        self.automated_parameter_parsing = handle is not None
        self._handle = handle
        self.malformed: AwsError | None = None

    def parse_parameters(self, request: Request) -> None:
        """Read the request's members; what is wrong with their form is for the handler to tell."""
        service, action = self.boto3_service_name, self._get_action()
        try:
            requests.check_form(service, action, request.data)
            super().parse_parameters(request)
        except AwsError as error:
            self.malformed = error
        except Exception as error:
            self.malformed = requests.malformed(service, error)
        if self.malformed:
            self.params = {}

    def _get_action_from_method_and_request_uri(self, request: Request) -> str:
        """The operation of a method and a path, also where the query lacks what it requires."""
        find = super()._get_action_from_method_and_request_uri
        return find(request) or find(_with_all_arguments(self.boto3_service_name, request))

    def determine_response_protocol(self, service_model: ServiceModel) -> str:
        """The request's protocol, or its service's where the request is of no form it knows."""
        try:
            return super().determine_response_protocol(service_model)
        except NotImplementedError:
            return str(service_model.protocol)

    def action_of(self, request: Request) -> str | None:
        """The operation's name, None where the model knows none such."""
        self.setup_class(request)
        return self._get_action()

    def call_action(self) -> TYPE_RESPONSE:
        """Run the handler; every failure becomes an answer that the model knows."""
        assert self._handle is not None
        try:
            return self.serialized(ActionResult(self._handle(self) or {}))
        except ServiceException as error:
            return self._refused(error)
        except Exception as error:
            code, message = getattr(error, "error_type", None), getattr(error, "message", "")
            if not code:
                traceback.print_exc()
                code, message = "InternalFailure", f"The sandbox failed: {error!r}"
            return self._refused(AwsError(code, message))

    def _refused(self, error: ServiceException) -> TYPE_RESPONSE:
        error.message = printable(str(error.message))
        with warnings.catch_warnings():  # codes common to all services are in no model
            warnings.filterwarnings("ignore", message="Exception.*does not match an error shape")
            status, headers, body = self.serialized(ActionResult(error))
        if error.code == "AccessDeniedException" and self._is_rest():
            status = HTTPStatus.FORBIDDEN
        own = getattr(error, "http_status", None)
        return own or COMMON_STATUS.get(error.code, status), headers, body

    def _is_rest(self) -> bool:
        return str(get_service_model(self.boto3_service_name).protocol).startswith("rest")


def _with_all_arguments(service: str, request: Request) -> Request:
    """A request that names every argument which some operation's query string has to have."""
    model = get_service_model(service)
    shapes = (model.operation_model(name).input_shape for name in model.operation_names)
    names = {name for shape in shapes if shape for name in shape.required_query_args}
    query = "&".join([request.query_string.decode(), *sorted(names)])
    return Request({**request.environ, "QUERY_STRING": query})


def operation_of(environ: Environ, body: bytes, service: str) -> str:
    """The name of the operation that a request asks for, empty where the model has none such.

    Raises whatever moto does for a service or a form of request that it does not know.
    """
    return Exchange(service, None).action_of(request_of(environ, body)) or ""


def parameters_of(service: str, request: Request) -> dict[str, Any]:
    """A request's members; none where only moto may understand it."""
    exchange = Exchange(service, lambda _: None)
    exchange.setup_class(request)
    if exchange.malformed and service in requests.CODES:
        raise exchange.malformed
    return dict(exchange.params)


def replayed(environ: Environ, body: bytes) -> Environ:
    """A request's environment, whose body can be read (again)."""
    fresh = {name: value for name, value in environ.items() if name != "werkzeug.request"}
    return fresh | {"wsgi.input": io.BytesIO(body)}


def request_of(environ: Environ, body: bytes) -> Request:
    """The request of an environment whose body was read."""
    return _ServerRequest(replayed(environ, body))
