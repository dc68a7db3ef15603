"""The HTTP server of one sandbox, and its life from start to stop."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from sandbox.authorization.decision import asked
from sandbox.dispatch import Dispatcher, StartResponse
from sandbox.errors import StartupError
from sandbox.exchange import Environ
from sandbox.faults import api, faults, requests
from sandbox.faults.plan import load
from sandbox.runtime import Runtime
from sandbox.settings import Settings

HEALTH_PATH = "/_sandbox/health"
ASKED_PATH = "/_sandbox/permissions"


class _QuietHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        """Requests are not logged: what goes wrong is."""

    def connection_dropped(self, *_: Any) -> None:
        """End a connection whose request the fault plan leaves without an answer."""
        self.close_connection = True


class Sandbox:
    """A local AWS: `with Sandbox(settings) as runtime:` serves it until the block ends."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runtime = Runtime(settings)
        self._server: BaseWSGIServer | None = None

    def start(self) -> Runtime:
        """Listen on 127.0.0.1 and serve in the background.

        Raises StartupError when the port is taken, the directory cannot be written or the fault
        plan is not allowed.
        """
        from sandbox import services  # noqa: F401, PLC0415  registers the handlers; slow to import

        try:
            faults.put(load(self.settings.faults) if self.settings.faults else [])
            self.settings.directory.mkdir(parents=True, exist_ok=True)
            # moto's own calls back into the server (Step Functions) find it by this variable
            os.environ["MOTO_PORT"] = str(self.settings.port)
            os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # as in every AWS account
            default_user_config["stepfunctions"] = {"execute_state_machine": True}
            self._server = make_server(
                "127.0.0.1",
                self.settings.port,
                self._application(Dispatcher(self.runtime)),
                threaded=True,
                request_handler=_QuietHandler,
            )
        except OSError as error:
            raise StartupError(_explain(error, self.settings)) from error
        except SystemExit as error:  # werkzeug leaves by exit when the port is taken
            raise StartupError(_port_taken(self.settings)) from error
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self.runtime

    def stop(self) -> None:
        """Stop serving, and everything that the services started."""
        self.runtime.stop()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def __enter__(self) -> Runtime:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _application(self, dispatcher: Dispatcher) -> Any:
        health = {"directory": str(self.settings.directory), "pid": os.getpid()}
        own: dict[str, Callable[[], Any]] = {HEALTH_PATH: lambda: health, ASKED_PATH: asked}

        def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            if path == api.PATH:
                return api.serve(environ, start_response)
            answer = own.get(path)
            if answer is None:
                if faults.of_requests:
                    return requests.serve(dispatcher, environ, start_response)
                return dispatcher(environ, start_response)
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(answer()).encode()]

        return application


def _explain(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return _port_taken(settings)
    return f"The sandbox cannot start in {settings.directory}: {error.strerror or error}"


def _port_taken(settings: Settings) -> str:
    return (
        f"Port {settings.port} on 127.0.0.1 is in use by another program: "
        "stop that, or choose another with SANDBOX_PORT"
    )
