# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a resource. The default of wait_timeout is documented by each module."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.waiting`."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Wait until the resource is ready, or gone with O(state=absent).
      - With V(false) the module returns as soon as AWS has taken the request. A resource that is
        still busy with an earlier request is always waited for before it is changed.
      - A run with V(true) on a resource that needs no change waits until it is ready.
      - In check mode nothing is waited for. A task with no option but a name, which can only wait,
        passes then, since an earlier task of the play may be the one that makes the resource.
    type: bool
    default: true
"""
