"""The WSGI application: our handlers where the sandbox serves an operation, moto elsewhere.

Requests are parsed and answers serialised by moto.core from botocore's own service models, so a
handler sees and returns what boto3 does.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sandbox import moto_answers, registry, requests
from sandbox.answers import respond, respond_s3_error
from sandbox.authorization.gate import authorize
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.exchange import Environ, Exchange, operation_of, parameters_of, replayed, request_of
from sandbox.identity import Principal, principal_of
from sandbox.runtime import Runtime
from sandbox.signature import refusal_of

SIGNING_NAMES = {"states": "stepfunctions", "monitoring": "cloudwatch"}
SIGNING_NAMES["tagging"] = "resourcegroupstaggingapi"
# An S3 body can be of any size and form: moto reads it from the socket itself.
STREAMING = {"s3"}
# S3's other API, which moto serves at the same place without asking any policy
S3_CONTROL = "/v20180820/"
CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request")

StartResponse = Callable[..., Any]


class Dispatcher(DomainDispatcherApplication):
    """Routes by the service in the request's signature."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(create_backend_app)
        self._runtime = runtime

    def infer_service_region_host(self, environ: Environ, path: str) -> str | None:
        """Of requests that bear no such signature only S3 answers any: None stands for it."""
        if CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "")):
            host: str | None = super().infer_service_region_host(environ, path)
            return host
        return None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        signature = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if signature is None:
            return super().__call__(environ, start_response)
        access_key, region, signing_name = signature.groups()
        service = SIGNING_NAMES.get(signing_name, signing_name)
        principal = principal_of(access_key, get_account_id_from(access_key))
        error = refusal_of(environ, service, principal)
        if error:
            return self.refuse(environ, service, error, start_response)
        return self._serve(environ, service, region, principal, start_response)

    def _serve(
        self,
        environ: Environ,
        service: str,
        region: str,
        principal: Principal,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        if service in STREAMING:
            if environ["PATH_INFO"].startswith(S3_CONTROL) and principal.kind != "administrator":
                return respond(start_response, HTTPStatus.FORBIDDEN, {}, b"")
            return super().__call__(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            action = operation_of(environ, body, service)
        except Exception:  # a service or form of request that only moto may know
            if principal.kind == "administrator":
                return self._forward(environ, body, start_response)
            return respond(start_response, HTTPStatus.FORBIDDEN, {}, b"")
        if not action:
            error = requests.unknown_operation(
                service, f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            )
            return self._refuse(environ, body, service, error, start_response)
        handler = registry.handler_of(service, action)

        def call_of(params: dict[str, Any]) -> Call:
            return Call(
                runtime=self._runtime,
                service=service,
                operation=action,
                region=region,
                account=principal.account,
                principal=principal,
                params=params,
                _moto=lambda: self._parsed_answer_of_moto(environ, body, service, action),
            )

        if handler is None and not registry.is_owned(service):
            try:
                call = call_of(parameters_of(service, request_of(environ, body)))
                requests.check(service, action, call.params)
                if principal.kind != "administrator":
                    authorize(call)
                with registry.turn_of(service, action):
                    answer = self._collect(environ, body, service, action)
            except AwsError as error:
                return self._refuse(environ, body, service, error, start_response)
            return respond(start_response, *answer)

        def handle(exchange: Exchange) -> Any:
            if exchange.malformed:
                raise exchange.malformed
            call = call_of(exchange.params)
            requests.check(service, action, call.params)
            authorize(call)
            if handler is None:
                raise requests.unserved(service, action)
            return handler(call, **exchange.params)

        return self._exchange(environ, body, service, handle, start_response)

    def _exchange(
        self,
        environ: Environ,
        body: bytes,
        service: str,
        handle: Callable[[Exchange], Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        status, headers, payload = Exchange(service, handle)._dispatch(request_of(environ, body))
        data = payload.encode() if isinstance(payload, str) else payload
        return respond(start_response, int(status), headers, data)

    def refuse(
        self, environ: Environ, service: str, error: AwsError, start: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request with an error, whatever it asks for."""
        if service in STREAMING:
            return respond_s3_error(environ, error, start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        return self._refuse(environ, body, service, error, start)

    def _refuse(
        self, environ: Environ, body: bytes, service: str, error: AwsError, start: StartResponse
    ) -> Iterable[bytes]:
        """The failure of an operation that moto serves, as an error that clients can read."""

        def refuse(_: Exchange) -> Any:
            raise error

        return self._exchange(environ, body, service, refuse, start)

    def _parsed_answer_of_moto(
        self, environ: Environ, body: bytes, service: str, action: str
    ) -> dict[str, Any]:
        return moto_answers.parsed(service, action, *self._collect(environ, body, service, action))

    def _collect(
        self, environ: Environ, body: bytes, service: str, action: str
    ) -> tuple[int, dict[str, str], bytes]:
        answer: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            answer.update(status=int(status.split(maxsplit=1)[0]), headers=dict(headers))

        try:
            data = b"".join(self._forward(environ, body, start))
        except NotImplementedError:
            raise requests.unserved(service, action) from None
        except Exception as error:
            # not a failure of the service, which clients would try again and again
            traceback.print_exc()
            raise requests.unserved(service, f"{action} with these members: {error!r}") from error
        if answer["status"] >= HTTPStatus.BAD_REQUEST and b"<!doctype html" in data[:40].lower():
            raise requests.unserved(service, action)
        return answer["status"], answer["headers"], data

    def _forward(
        self, environ: Environ, body: bytes, start_response: StartResponse
    ) -> Iterable[bytes]:
        return super().__call__(replayed(environ, body), start_response)
