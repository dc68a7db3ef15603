"""Endpoints: a source PostgreSQL database, a target bucket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import AwsError
from sandbox.services.dms import postgres_settings, s3_settings
from sandbox.services.dms.connection_attributes import settings_of
from sandbox.services.dms.roles import SERVICE, regional_service, require_trust
from sandbox.services.dms.state import State

SSL_MODES = ("none", "require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class Engine:
    """A kind of endpoint that the sandbox serves; settings is the API's member for it."""

    name: str
    title: str
    type: str
    settings: str


ENGINES = {
    "postgres": Engine("postgres", "PostgreSQL", "source", "PostgreSQLSettings"),
    "aurora-postgresql": Engine(
        "aurora-postgresql", "Amazon Aurora PostgreSQL", "source", "PostgreSQLSettings"
    ),
    "s3": Engine("s3", "Amazon S3", "target", "S3Settings"),
}


@dataclass
class Endpoint:
    """An endpoint; settings are those of its engine, normalised, the password among them."""

    identifier: str
    arn: str
    engine: Engine
    settings: dict[str, Any] = field(repr=False)
    members: dict[str, Any]
    kms_key: str
    status: str = "active"

    def described(self) -> dict[str, Any]:
        """As the API shows it: type in upper case, no password."""
        answer = {
            "EndpointIdentifier": self.identifier,
            "EndpointArn": self.arn,
            "EndpointType": self.engine.type.upper(),
            "EngineName": self.engine.name,
            "EngineDisplayName": self.engine.title,
            "Status": self.status,
            "KmsKeyId": self.kms_key,
            "SslMode": "none",
        }
        if self.engine.type == "target":
            answer["ServiceAccessRoleArn"] = self.settings["ServiceAccessRoleArn"]
            return answer | self.members | {"S3Settings": dict(self.settings)}
        shown = postgres_settings.shown(self.settings)
        for name in ("Username", "ServerName", "Port", "DatabaseName"):
            if name in shown:
                answer[name] = shown[name]
        return answer | self.members | {"PostgreSQLSettings": shown}


def engine_of(name: str, kind: str) -> Engine:
    """The engine of a request; InvalidParameterValueException for what is not served."""
    engine = ENGINES.get(name.lower())
    if engine is None or engine.type != kind.lower():
        raise AwsError(
            "InvalidParameterValueException",
            f"The sandbox serves no {kind} endpoint of engine {name}: it serves source "
            "endpoints of postgres and aurora-postgresql, target endpoints of s3",
        )
    return engine


def settings_from(
    state: State, engine: Engine, request: dict[str, Any], arn: str
) -> dict[str, Any]:
    """An engine's settings from a request, its extra connection attributes included.

    arn is the endpoint's.

    AccessDeniedFault when a role in them is not DMS's to assume.
    """
    attributes = settings_of(request.get("ExtraConnectionAttributes"), engine.settings)
    settings = attributes | dict(request.get(engine.settings) or {})
    if engine.type == "source":
        kept = postgres_settings.normalised(settings, request)
        if role := kept.get("SecretsManagerAccessRoleArn"):
            require_trust(state, role, regional_service(state.region))
        return kept
    settings.setdefault("ServiceAccessRoleArn", request.get("ServiceAccessRoleArn"))
    kept = s3_settings.normalised(settings)
    require_trust(state, kept["ServiceAccessRoleArn"], SERVICE, arn)
    return kept


def members_from(request: dict[str, Any]) -> dict[str, Any]:
    """The members of a request that an endpoint keeps as they are."""
    mode = request.get("SslMode") or "none"
    if mode not in SSL_MODES:
        raise AwsError(
            "InvalidParameterValueException",
            f"SslMode is {mode}: it must be one of {', '.join(SSL_MODES)}",
        )
    if mode.startswith("verify") and not request.get("CertificateArn"):
        raise AwsError(
            "InvalidParameterCombinationException",
            f"CertificateArn must be provided when SslMode is {mode}.",
        )
    names = ("SslMode", "CertificateArn", "ExtraConnectionAttributes")
    return {name: request[name] for name in names if request.get(name)}
