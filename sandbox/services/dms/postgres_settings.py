"""The settings of a source endpoint in PostgreSQL.

https://docs.aws.amazon.com/dms/latest/APIReference/API_PostgreSQLSettings.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError
from psycopg.conninfo import make_conninfo

from sandbox.engines.capture import CaptureError
from sandbox.engines.capture.settings import Heartbeat
from sandbox.errors import AwsError
from sandbox.services.dms.roles import regional_service
from sandbox.services.dms.state import State

SECRET = ("SecretsManagerSecretId", "SecretsManagerAccessRoleArn")
CLEAR_TEXT = ("Username", "Password", "ServerName", "Port")
SECRET_KEYS = ("username", "password", "host", "port")
# What the sandbox does not do, by the only value that it takes
UNSERVED: dict[str, Any] = {
    "AfterConnectScript": "",
    "SlotName": "",
    "DatabaseMode": "default",
    "BabelfishDatabaseName": "",
    "AuthenticationMethod": "password",
    "MapLongVarcharAs": "wstring",
}
PLUGINS = ("no-preference", "test-decoding", "pglogical")


def normalised(settings: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """Settings with what the request has beside them, as AWS keeps them; the password included.

    InvalidParameterCombinationException when there are a secret and clear text, or neither;
    InvalidParameterValueException for what the sandbox does not serve.
    """
    kept = {name: value for name, value in settings.items() if value is not None}
    for name in (*CLEAR_TEXT, "DatabaseName"):
        if top.get(name) is not None:
            kept.setdefault(name, top[name])
    for name, only in UNSERVED.items():
        value = kept.get(name, only)
        if value.lower() != only:
            raise AwsError(
                "InvalidParameterValueException",
                f"PostgreSQLSettings.{name} is {value!r}: the sandbox does not serve it",
            )
    if kept.get("PluginName", PLUGINS[0]).lower() not in PLUGINS:
        raise AwsError(
            "InvalidParameterValueException",
            f"PostgreSQLSettings.PluginName is {kept['PluginName']}: it must be one of "
            f"{', '.join(PLUGINS)}",
        )
    _require_credentials(kept)
    return kept


def _require_credentials(settings: dict[str, Any]) -> None:
    secret = [name for name in SECRET if settings.get(name)]
    clear = [name for name in CLEAR_TEXT if settings.get(name)]
    if secret and clear:
        raise AwsError(
            "InvalidParameterCombinationException",
            "Either clear-text credentials (Username, Password, ServerName, Port) or "
            "SecretsManagerSecretId and SecretsManagerAccessRoleArn can be provided, not both.",
        )
    missing = set(SECRET) - set(secret) if secret else set(CLEAR_TEXT) - set(clear) - {"Port"}
    if missing:
        raise AwsError(
            "InvalidParameterCombinationException",
            f"{', '.join(sorted(missing))} must be provided.",
        )
    if not settings.get("DatabaseName"):
        raise AwsError("InvalidParameterCombinationException", "DatabaseName must be provided.")


def shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as the API shows them: never the password."""
    return {name: value for name, value in settings.items() if name != "Password"}


def conninfo(state: State, settings: dict[str, Any]) -> str:
    """libpq's connection string, with the secret as it is now.

    Raises CaptureError when the secret cannot be read by its role, or lacks something.
    """
    if settings.get("SecretsManagerSecretId"):
        credentials = _secret(state, settings)
    else:
        port = settings.get("Port") or 5432
        values = (settings["Username"], settings["Password"], settings["ServerName"], port)
        credentials = dict(zip(SECRET_KEYS, values, strict=True))
    return make_conninfo(
        "",
        host=credentials["host"],
        port=credentials["port"],
        user=credentials["username"],
        password=credentials["password"],
        dbname=settings["DatabaseName"],
    )


def heartbeat(settings: dict[str, Any]) -> Heartbeat | None:
    """The heartbeat that the settings ask for."""
    if not settings.get("HeartbeatEnable"):
        return None
    minutes = settings.get("HeartbeatFrequency", 5)
    return Heartbeat(settings.get("HeartbeatSchema", "public"), minutes * 60)


def _secret(state: State, settings: dict[str, Any]) -> dict[str, Any]:
    name, role = (settings[member] for member in SECRET)
    try:
        client = state.runtime.client(
            "secretsmanager", role, state.region, regional_service(state.region)
        )
        secret = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
    except AwsError as error:
        raise CaptureError(f"Unable to read the secret {name}: {error.message}") from None
    except ClientError as error:
        reason = error.response["Error"]
        raise CaptureError(
            f"Unable to read the secret {name}: {reason['Code']}: {reason['Message']}"
        ) from None
    except (KeyError, ValueError):
        raise CaptureError(f"The secret {name} is no JSON text") from None
    missing = [key for key in SECRET_KEYS if not (isinstance(secret, dict) and secret.get(key))]
    if missing:
        raise CaptureError(f"The secret {name} lacks {', '.join(missing)}")
    found: dict[str, Any] = secret
    return found
