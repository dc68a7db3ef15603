# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sees what, as the account has it, beside what access.yml says. Pure: no AWS, no Ansible.

`facts_of(answers)` puts in order what the modules answered, `report(access, facts)` compares,
`text(report)` writes it for a terminal.

access   what the contract derives of access.yml: contract.access
facts    what the account answered:
           grants     of Lake Formation, as lakeformation_permissions_info returns them
           filters    as lakeformation_data_cells_filter_info returns them
           warehouse  rows of Redshift's catalog, by the names of the role's queries
           bucket     the policy of the landing bucket, {} for none
           roles      by name: trust (a document), policies (documents), managed (ARNs)
"""

from __future__ import annotations

from .answers import facts_of
from .compared import report
from .terminal import text

__all__ = ["facts_of", "report", "text"]
