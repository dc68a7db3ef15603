# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the three inventory files on the controller; the module of this name documents it."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils.contract import derive, errors

_DOCUMENTS = ("platform", "tables", "access")


class ActionModule(ActionBase):
    """Fails with every fault in one message; else returns what the contract derives."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset({*_DOCUMENTS, "run"})
    _supports_check_mode = True
    _requires_connection = False

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        missing = [name for name in _DOCUMENTS if name not in self._task.args]
        if missing:
            raise AnsibleActionFail(f"missing required arguments: {', '.join(missing)}")
        given = [self._task.args.get(name) for name in (*_DOCUMENTS, "run")]
        faults = errors(*given)
        result |= {"changed": False, "failed": bool(faults), "errors": faults}
        if faults:
            count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
            result["msg"] = f"{count} in the inventory; nothing was touched:\n" + "\n".join(faults)
            return result
        return result | derive(*given)
