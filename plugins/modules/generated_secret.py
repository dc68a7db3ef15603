#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: generated_secret
short_description: Manage a secret whose password AWS generates and Ansible never shows
version_added: 0.1.0
description:
  - Creates, changes and deletes a secret in AWS Secrets Manager whose value is a JSON object.
  - One key of the object, O(password_key), holds a password that Secrets Manager generates when
    the secret is made. It is kept from then on, and is never returned, logged or part of a diff.
  - The other keys are what O(values) says, such as the user name and address of a database. Keys
    that are not named are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the secret.
    type: str
    required: true
  state:
    description:
      - V(present) makes the secret, or changes it to what the options say. A secret that waits for
        its deletion is restored with its password.
      - V(absent) deletes it, at once or after a recovery window.
    type: str
    choices: [present, absent]
    default: present
  values:
    description:
      - Keys of the secret's JSON object that are no secrets, with their values. They are merged
        into the object.
      - They appear in diffs. O(password_key) can't be one of them.
    type: dict
  password_key:
    description: Key under which the generated password is kept.
    type: str
    default: password
  password_length:
    description: Number of characters of the generated password.
    type: int
    default: 40
  exclude_punctuation:
    description: Generate letters and digits only. Such a password needs no escaping anywhere.
    type: bool
    default: true
  exclude_characters:
    description: Characters that the generated password must not have.
    type: str
  description:
    description: Description of the secret.
    type: str
  kms_key_id:
    description: ID, alias or ARN of the KMS key that encrypts it.
    type: str
  recovery_window_in_days:
    description:
      - With O(state=absent), for how many days the secret can be restored, V(7) to V(30).
      - AWS takes 30 days where it isn't set.
    type: int
  force_delete:
    description: With O(state=absent), delete it at once and for ever, also while it waits for that.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Make the secret of a database's master user
  modern_data.warehouse.generated_secret:
    name: shop-dev-source
    values:
      username: shop_admin
    tags:
      Environment: dev

- name: Add where the database is, now that it is there; the password stays
  modern_data.warehouse.generated_secret:
    name: shop-dev-source
    values:
      host: shop-dev-source.abcdefghijkl.us-east-1.rds.amazonaws.com
      port: 5432
      dbname: shop

- name: Delete it for ever
  modern_data.warehouse.generated_secret:
    name: shop-dev-source
    state: absent
    force_delete: true
"""

RETURN = r"""
secret:
  description:
    - The secret, without its value.
    - In check mode it is what it would be; a secret yet to be made has no ARN.
  returned: when O(state=present)
  type: dict
  contains:
    arn:
      description: ARN of the secret.
      type: str
      returned: when it exists
      sample: arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-dev-source-AbCdEf
    created_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    description: {description: Its description., type: str, returned: when it has one, sample: Master user of the shop's database}
    kms_key_id: {description: KMS key that encrypts it., type: str, returned: when it isn't the account's default key, sample: alias/shop}
    last_changed_date: {description: When it was changed., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    name: {description: Its name., type: str, returned: always, sample: shop-dev-source}
    tags: {description: Its tags., type: dict, returned: always, sample: {Environment: dev}}
"""

import json
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    last_part,
    subset,
    text,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import Setting, Values
from ansible_collections.modern_data.warehouse.plugins.module_utils.waiting import once_accepted
from ansible_collections.modern_data.warehouse.plugins.module_utils.watch import DEFAULT_TIMEOUT

BODY = "secret_body"
"""Where find() keeps what the secret holds; returned() takes it out."""


class GeneratedSecret(Resource):
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html"""

    service = "secretsmanager"
    kind = "secret"
    result = "secret"
    tags_in_answer = True
    settings = (
        Setting("description", compare=text),
        Setting("kms_key_id", compare=last_part),
        Setting("values", compare=subset, read=lambda secret: secret[BODY]["values"]),
        # That there is a password is all that is ever compared or shown of it.
        Setting("password_key", read=lambda secret: secret[BODY]["password_key"]),
    )

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        # A secret that waits for its deletion is there until it was asked to go at once.
        self.hurried: bool = self.params["force_delete"]

    def validate(self) -> None:
        window, key = self.params["recovery_window_in_days"], self.params["password_key"]
        if window is not None and not 7 <= window <= 30:
            raise self.refuse(f"recovery_window_in_days is {window}: it must be 7 to 30")
        if key in (self.params["values"] or {}):
            raise self.refuse(f"values must not hold {key}: AWS generates it")

    def find(self) -> Values | None:
        secret = self.api.maybe("DescribeSecret", missing=self.missing_codes, secret_id=self.name)
        if secret is None:
            return None
        absent = self.params["state"] == "absent"
        if secret.get("deleted_date"):
            # Its value can't be read before it is restored.
            return None if absent and not self.hurried else {**secret, BODY: self.seen({})}
        return {**secret, BODY: self.seen({} if absent else self.body())}

    def body(self) -> Values:
        """The JSON object that the secret holds; it must not leave the module."""
        answer = self.api.maybe("GetSecretValue", missing=self.missing_codes, secret_id=self.name)
        try:
            body = json.loads((answer or {}).get("secret_string") or "{}")
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise self.refuse("exists, but its value isn't a JSON object: delete it first")
        if body.get(self.params["password_key"]):
            self.module.no_log_values.add(str(body[self.params["password_key"]]))
        return body

    def seen(self, body: Values) -> Values:
        """Of the secret's object, the keys that the user named, and whether there is a password."""
        key = self.params["password_key"]
        named = self.params["values"] or {}
        return {
            "values": {name: body[name] for name in named if name in body},
            "password_key": key if body.get(key) else None,
        }

    def create(self, wanted: Values, tags: Any) -> None:
        body = self.merged({})

        def call() -> None:
            self.api.call(
                "CreateSecret",
                name=self.name,
                description=wanted.get("description"),
                kms_key_id=wanted.get("kms_key_id"),
                secret_string=body,
                tags=tags,
            )

        # AWS frees the name of a secret some time after it was deleted for ever.
        refusal = "with this name is already scheduled for deletion"
        once_accepted(call, (refusal,), f"the name of {self.what} to be free", DEFAULT_TIMEOUT)

    def update(self, changes: Values, current: Values) -> None:
        if current.get("deleted_date"):
            self.api.call("RestoreSecret", secret_id=self.name)
        request: Values = {
            name: changes[name] for name in ("description", "kms_key_id") if name in changes
        }
        if "values" in changes or "password_key" in changes:
            body = self.body()
            merged = self.merged(body)
            if json.loads(merged) != body:
                request["secret_string"] = merged
        if request:
            self.api.call("UpdateSecret", secret_id=self.name, **request)

    def merged(self, body: Values) -> str:
        """The secret's object with the user's values, and a password if it has none, as JSON."""
        key = self.params["password_key"]
        password = body.get(key) or self.new_password()
        return json.dumps({**body, **(self.params["values"] or {}), key: password})

    def new_password(self) -> str:
        """A password that Secrets Manager generates."""
        answer = self.api.call(
            "GetRandomPassword",
            password_length=self.params["password_length"],
            exclude_punctuation=self.params["exclude_punctuation"],
            exclude_characters=self.params["exclude_characters"],
        )
        password = answer["random_password"]
        self.module.no_log_values.add(password)
        return password

    def delete(self, current: Values) -> None:
        self.api.call(
            "DeleteSecret",
            secret_id=self.name,
            recovery_window_in_days=self.params["recovery_window_in_days"],
            force_delete_without_recovery=self.params["force_delete"] or None,
        )
        self.hurried = False

    def returned(self, current: Values) -> Values:
        public = ("arn", "name", "description", "kms_key_id", "tags")
        dates = ("created_date", "last_changed_date")
        known = {key: current[key] for key in (*public, *dates) if current.get(key) is not None}
        return {"name": self.name, "tags": {}, **known}

    def arn(self, current: Values) -> str:
        # It ends in six characters that AWS makes up.
        return current.get("arn", "")

    def arn_key(self) -> str:
        return "arn"


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "values": {"type": "dict"},
            "password_key": {"type": "str", "default": "password", "no_log": False},
            "password_length": {"type": "int", "default": 40, "no_log": False},
            "exclude_punctuation": {"type": "bool", "default": True},
            "exclude_characters": {"type": "str"},
            "description": {"type": "str"},
            "kms_key_id": {"type": "str"},
            "recovery_window_in_days": {"type": "int"},
            "force_delete": {"type": "bool", "default": False},
            **resource_options(),
        },
        mutually_exclusive=[("recovery_window_in_days", "force_delete")],
        supports_check_mode=True,
    )
    run_resource(module, GeneratedSecret)


if __name__ == "__main__":
    main()
