"""The ARNs that an operation asks leave for, made of its request."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from typing import Any

from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from sandbox.authorization.tables import RESOURCES
from sandbox.call import Call

Finder = Callable[[Call], list[str]]

MEMBER = re.compile(r"\{([\w.]+)(?:=([^}]*))?\}")
EVERY = "*"
# services whose ARNs bear another name than boto3 gives them, or no region
ARN_NAMES = {"stepfunctions": "states"}
GLOBAL = frozenset({"iam"})

_finders: dict[tuple[str, str], Finder] = {}


def finder(service: str, name: str) -> Callable[[Finder], Finder]:
    """Let a function find what the tables call @name, in the requests of a service."""

    def register(find: Finder) -> Finder:
        _finders[service, name] = find
        return find

    return register


def resources_of(call: Call) -> list[str]:
    """The ARNs that a request asks leave for; "*" for an operation that is not in the tables."""
    templates = RESOURCES.get(call.service, {}).get(call.operation, ())
    found = [arn for template in templates for arn in _arns(call, template)]
    return list(dict.fromkeys(found)) or [EVERY]


def arn_of(call: Call, name: str, service: str = "") -> str:
    """The ARN of a resource in the account and region that a request goes to."""
    service = service or call.service
    region = "" if service in GLOBAL else call.region
    return f"arn:aws:{ARN_NAMES.get(service, service)}:{region}:{call.account}:{name}"


def _arns(call: Call, template: str) -> list[str]:
    if template.startswith("@"):
        find = _finders.get((call.service, template[1:]))
        return (find(call) if find else []) or [EVERY]
    names = MEMBER.findall(template)
    values = [_values(call.params, name, default) for name, default in names]
    if not all(values):
        return [] if template.startswith("?") else [EVERY]
    text = template.removeprefix("?")
    found = []
    for chosen in itertools.product(*values):
        # a name may be given as an ARN
        given = next((part for part in chosen if part.startswith("arn:")), None)
        found.append(given or arn_of(call, _filled(text, chosen)))
    return found


def _filled(template: str, values: Iterable[str]) -> str:
    following = iter(values)
    return MEMBER.sub(lambda _: next(following), template)


def _values(params: Any, path: str, default: str) -> list[str]:
    value = params
    for member in path.split("."):
        value = value.get(member) if isinstance(value, dict) else None
    if not value:
        return [default] if default else []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


@finder("secretsmanager", "secret")
def secret(call: Call) -> list[str]:
    """A secret by its name, its ARN, or its ARN without the last six characters."""
    return [secret_arn(call, str(call.params.get("SecretId") or ""))]


def secret_arn(call: Call, identifier: str) -> str:
    """The whole ARN of a secret; of one that is not there, what the caller may have meant."""
    found = secretsmanager_backends[call.account][call.region].secrets.get(identifier)
    if found is not None:
        return str(found.arn)
    whole = identifier.startswith("arn:")
    return identifier if whole else arn_of(call, f"secret:{identifier}", "secretsmanager")


@finder("kms", "key")
def key(call: Call) -> list[str]:
    """The key of a request, or what its alias is to name."""
    return [key_arn(call, str(call.params.get("KeyId") or call.params.get("TargetKeyId") or ""))]


def key_arn(call: Call, given: str) -> str:
    """The ARN of a key by its ID, ARN, or alias."""
    backend = kms_backends[call.account][call.region]
    found = backend.get_key_id_from_alias(backend.get_alias_name(given))
    return arn_of(call, f"key/{found or backend.get_key_id(given)}", "kms")


@finder("iam", "role")
def role(call: Call) -> list[str]:
    """A role by its name: its path is part of the ARN."""
    return [_iam_arn(call, "role", str(call.params.get("RoleName", "")))]


@finder("iam", "user")
def user(call: Call) -> list[str]:
    """A user by name, the caller where none is named."""
    return [_iam_arn(call, "user", str(call.params.get("UserName") or call.principal.name))]


def role_arn(call: Call, given: str) -> str:
    """The ARN of a role that is given by ARN or by name."""
    return (
        given
        if given.startswith("arn:")
        else _iam_arn(call, "role", given.rsplit("/", maxsplit=1)[-1])
    )


def _iam_arn(call: Call, kind: str, name: str) -> str:
    backend = iam_backends[call.account]["aws"]
    kept: Any = backend.roles if kind == "role" else backend.users
    known = (each.arn for each in list(kept.values()) if each.name == name)
    return str(next(known, arn_of(call, f"{kind}/{name}", "iam")))


@finder("sqs", "queue")
def queue(call: Call) -> list[str]:
    """A queue by its URL, which ends in its name."""
    url = str(call.params.get("QueueUrl") or "")
    return [arn_of(call, url.rstrip("/").rpartition("/")[2])]


@finder("events", "event buses")
def event_buses(call: Call) -> list[str]:
    """The event buses of all entries, each given by name or ARN."""
    named = [str(entry.get("EventBusName") or "default") for entry in call.params["Entries"]]
    return [bus if bus.startswith("arn:") else arn_of(call, f"event-bus/{bus}") for bus in named]


@finder("events", "rule")
def rule(call: Call) -> list[str]:
    """A rule: those of the default event bus have no bus in their ARN."""
    bus = str(call.params.get("EventBusName") or "default").rpartition("/")[2]
    name = str(call.params.get("Name") or call.params.get("Rule"))
    return [arn_of(call, f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")]


@finder("dynamodb", "table")
def table(call: Call) -> list[str]:
    """A table by name or ARN."""
    return [_table_arn(call, str(call.params.get("TableName") or ""))]


@finder("dynamodb", "table or index")
def table_or_index(call: Call) -> list[str]:
    """The index that is read, or else its table."""
    (arn,) = table(call)
    index = call.params.get("IndexName")
    return [f"{arn}/index/{index}" if index else arn]


@finder("dynamodb", "tables")
def tables(call: Call) -> list[str]:
    """The tables of a batch."""
    return [_table_arn(call, name) for name in call.params.get("RequestItems", {})]


def _table_arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else arn_of(call, f"table/{name}")
