# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the grants of Lake Formation to what a list of grants says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .api import Api
from .errors import ResourceError
from .lakeformation_batches import GRANT, REVOKE, write_batches
from .lakeformation_grants import Atom, grants_of, revokes_of, shown
from .lakeformation_listing import Listings
from .lakeformation_options import wanted_atoms
from .lakeformation_plan import Plan, plan_grants, plan_revokes
from .lakeformation_purge import purge_of
from .principal import caller_arn
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]


class Permissions:
    """https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GrantPermissions.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.module = module
        self.params: Values = module.params
        self.absent: bool = self.params["state"] == "absent"
        if self.absent and self.params["purge"]:
            raise ResourceError("purge goes with state=present: it keeps what grants lists")
        self.purge = purge_of(self.params["purge"])
        self.wanted = wanted_atoms(self.params["grants"])
        self.catalog_id: str | None = self.params["catalog_id"]
        self.api = Api(module.client("lakeformation"), "the grants of Lake Formation")
        self.listings = Listings(module, self.api, self.catalog_id)

    def ensure(self) -> Values:
        """Returns the module's result."""
        current = self._current()
        if self.absent:
            plan = plan_revokes(self.wanted, current)
        else:
            plan = plan_grants(self.wanted, current, self.purge, self._left_alone)
        result: Values = {
            "changed": bool(plan),
            "granted": shown(plan.missing),
            "revoked": shown(plan.surplus),
        }
        if self.module._diff:
            concerned = {atom.principal for atom in self.wanted | plan.surplus}
            before = {atom for atom in current if atom.principal in concerned}
            after = plan.applied(before)
            result["diff"] = {
                "before": {"grants": shown(before)},
                "after": {"grants": shown(after)},
            }
        if plan and not self.module.check_mode:
            self._carry_out(plan)
        return result

    def _carry_out(self, plan: Plan) -> None:
        """Write the plan, and wait until the listing, which lags behind, shows it."""
        timeout = self.params["wait_timeout"]
        # What is too much goes first: nobody sees more in between.
        write_batches(self.api, REVOKE, revokes_of(plan.surplus, self.catalog_id), timeout)
        write_batches(self.api, GRANT, grants_of(plan.missing, self.catalog_id), timeout)
        wait_until(
            self._current,
            plan.fulfilled,
            timeout=timeout,
            what="Lake Formation to list what was granted and revoked",
            state=lambda _: "behind",
        )

    def _current(self) -> set[Atom]:
        """What is granted on all that the wanted grants or the purge name, or to whom it does."""
        things = {atom.thing for atom in self.wanted} | self.purge.things
        if not self.purge.of_everything:
            return self.listings.on_things(things, with_filters=self.purge.tables)
        return {
            atom
            for atom in self.listings.on_everything()
            if atom.thing in things or self.purge.concerns(atom)
        }

    def _left_alone(self) -> set[str]:
        """The caller and the administrators, who could lock themselves out."""
        settings = self.api.call("GetDataLakeSettings", catalog_id=self.catalog_id)
        admins = settings["data_lake_settings"].get("data_lake_admins") or []
        return {caller_arn(self.module), *(a["data_lake_principal_identifier"] for a in admins)}
