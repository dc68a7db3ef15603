# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module needs that calls AWS: newer releases than amazon.aws does."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.boto3`."""

    DOCUMENTATION = r"""
options: {}
requirements:
  - boto3 >= 1.40.0
  - botocore >= 1.40.0
"""
