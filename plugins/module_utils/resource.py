# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module says about its one AWS resource. The life cycle itself is in lifecycle.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from .api import Api
from .errors import ResourceError
from .settings import Plan, Setting, Values
from .tags import write_tags
from .watch import Watch

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


@dataclass(frozen=True)
class Action:
    """A step that is no setting: start, stop, reboot. Its views are merged into the diff."""

    before: Values
    after: Values
    run: Callable[[], None] = field(compare=False)


class Resource:
    """A subclass names the resource, lists its settings and reads and writes it.

    All values are snake_case, as Api gives and takes them. Nothing here knows of check mode.
    """

    service: ClassVar[str]
    """boto3's name of the service."""
    kind: ClassVar[str]
    """The resource in messages: "Redshift Serverless workgroup"."""
    result: ClassVar[str]
    """The key under which the module returns the resource."""
    settings: ClassVar[tuple[Setting, ...]] = ()
    """The options that are settings of the resource, in the order in which they are written."""
    required_to_create: ClassVar[tuple[str, ...]] = ()
    """Options without which it can't be made; checked when it doesn't exist."""
    name_option: ClassVar[str] = "name"
    name_key: ClassVar[str] = ""
    """The key of the returned resource that holds its name, so that check mode returns it too."""
    taggable: ClassVar[bool] = True
    tags_in_answer: ClassVar[bool] = False
    """True where find() returns the tags itself, under "tags", as a dict or a list."""

    missing_codes: ClassVar[tuple[str, ...]] = ("ResourceNotFoundException",)
    """Error codes that mean: there is no such resource."""
    status_key: ClassVar[str] = "status"
    ready_statuses: ClassVar[frozenset[str]] = frozenset()
    """Statuses in which it can be used and changed; empty for resources without a status."""
    failed_statuses: ClassVar[frozenset[str]] = frozenset()
    """Statuses that no waiting mends."""
    mendable_statuses: ClassVar[frozenset[str]] = frozenset()
    """Of the failed ones, those that a change of settings may mend, so it is made in them."""
    deleting_statuses: ClassVar[frozenset[str]] = frozenset({"DELETING", "deleting"})

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.params: Values = module.params
        self.name: str = self.params[self.name_option]
        self.what = f"{self.kind} {self.name}"

    @cached_property
    def api(self) -> Api:
        """The service's operations."""
        return self.api_of(self.service)

    def api_of(self, service: str) -> Api:
        """The operations of another service, with the module's connection."""
        return Api(self.module.client(service), self.what)

    # What a module supplies

    def validate(self) -> None:
        """Refuse bad input, before any AWS call, by raising ResourceError."""

    def find(self) -> Values | None:
        """Read the resource; None when there is none."""
        raise NotImplementedError

    def create(self, wanted: Values, tags: list[Any] | dict[str, str] | None) -> None:
        """Make it. `wanted` is by option; `tags` is as the service's create operation takes it."""
        raise NotImplementedError

    def update(self, changes: Values, current: Values) -> None:
        """Write the options in `changes`, which differ from `current`."""
        raise NotImplementedError

    def check_deletion(self, current: Values) -> None:
        """Refuse a deletion that AWS would refuse, in check mode too, by raising ResourceError."""

    def delete(self, current: Values) -> None:
        """Ask for the deletion."""
        raise NotImplementedError

    def wanted(self, given: Values, current: Values | None) -> Values:
        """The settings to aim at: what the user gave, or what follows from it."""
        return given

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        """Steps due once the settings are right. In check mode `current` is predicted."""
        return []

    def arn(self, current: Values) -> str:
        """Its ARN: from what find() read, or, where it can be computed, for one yet to be made.

        Empty when unknown. Taggable resources need it.
        """
        return ""

    def failure(self, current: Values) -> str:
        """What to tell of one of the failed statuses."""
        return f"its status is {self.status(current)}, which waiting does not mend"

    def returned(self, current: Values) -> Values:
        """What of the resource the module returns; take out what must not be seen."""
        return current

    def tag_target(self, current: Values) -> str:
        """What its tags are read and written by: the ARN, but for services that take a name."""
        return self.arn(current)

    def write_tags(self, plan: Plan, current: Values) -> None:
        """Write the tags that the plan changes."""
        target = self.tag_target(current)
        write_tags(self.api, self.service, target, plan.tags_to_set, plan.tags_to_unset)

    def arn_key(self) -> str:
        """The key of the returned resource that holds the ARN."""
        return f"{self.result}_arn"

    # What a module may use

    def request(self, values: Values) -> Values:
        """Options renamed to the API's members."""
        names = {setting.option: setting.api_name for setting in self.settings}
        return {names.get(option, option): value for option, value in values.items()}

    @cached_property
    def watch(self) -> Watch:
        """Reads and waits for the resource; `self.watch.wait_ready()` between two requests."""
        return Watch(self)

    def status(self, current: Values) -> str:
        return str(current.get(self.status_key) or "")

    @cached_property
    def account_id(self) -> str:
        """The caller's account."""
        return self.api_of("sts").call("GetCallerIdentity")["account"]

    def build_arn(self, resource: str, service: str = "") -> str:
        """An ARN in the caller's partition, region and account."""
        return self.api.arn(self.account_id, resource, service)

    def refuse(self, message: str) -> ResourceError:
        """The error to raise for what can't be done: `raise self.refuse("…")`."""
        return ResourceError(f"{self.what}: {message}")
