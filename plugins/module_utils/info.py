# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that tell what there is: one list, with tags, of one kind of resource."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .api import Api
from .errors import error_code
from .tags import read_tags

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]
AT_ONCE = 8
"""Requests at a time, of those that AWS wants one for each resource."""
MISSING = ("ResourceNotFoundException", "ResourceNotFoundFault", "NoSuchEntity")


def unchanged(found: Values) -> Values:
    """A resource as the API tells it."""
    return found


def complete(module: AnsibleAWSModule, chosen: list[Values]) -> list[Values]:
    """What was listed, when the listing tells everything."""
    return chosen


@dataclass(frozen=True)
class Listing:
    """How one kind of resource is listed.

    service, operation: boto3's name and the API's. items: the answer's member that holds the list.
    kind: the resources in messages. name: the member with the name. result: the key under which
    the module returns the list. arn: tells the ARN that tags are read by; None without tags.
    request: members of the request that the module's options ask for. completed: adds what the
    listing doesn't tell of the chosen resources. shape: makes of a resource what the module returns.
    """

    service: str
    operation: str
    items: str
    kind: str
    name: str
    result: str
    arn: Callable[[Values], str] | None = None
    request: Callable[[Values], Values] = field(default=lambda params: {})
    completed: Callable[[AnsibleAWSModule, list[Values]], list[Values]] = complete
    shape: Callable[[Values], Values] = unchanged


def run_info(module: AnsibleAWSModule, listing: Listing, name_option: str = "name") -> None:
    """List the resources, all or that of one name, and exit. None is an empty list, no error."""
    try:
        found = list_resources(module, listing, module.params.get(name_option))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, **{listing.result: found})


def list_resources(module: AnsibleAWSModule, listing: Listing, name: str | None) -> list[Values]:
    """The resources with their tags."""
    api = Api(module.client(listing.service), listing.kind)
    try:
        found = api.pages(listing.operation, listing.items, **listing.request(module.params))
    except AnsibleAWSError as error:
        if error_code(error) not in MISSING:
            raise
        return []
    # These services keep names in lower case, however they are given.
    chosen = [one for one in found if name is None or one[listing.name] == name.lower()]
    if chosen:
        chosen = listing.completed(module, chosen)

    def told(one: Values) -> Values | None:
        shaped = listing.shape(one)
        if listing.arn is None:
            return shaped
        try:
            return {**shaped, "tags": read_tags(api, listing.service, listing.arn(one))}
        except AnsibleAWSError as error:
            if error_code(error) in MISSING:  # deleted since it was listed
                return None
            raise

    # One client for all: clients may be shared between threads, sessions may not.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for one in pool.map(told, chosen) if one is not None]
