# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  workgroup_name:
    description:
      - Name of the Redshift Serverless workgroup.
      - Exactly one of O(workgroup_name) and O(cluster_identifier) is needed.
    type: str
  cluster_identifier:
    description: Identifier of the Redshift cluster.
    type: str
  database:
    description: Name of the database.
    type: str
    required: true
  secret_arn:
    description:
      - Name or ARN of the secret of the database user to run as.
      - Without it the caller's IAM identity decides. With a workgroup the user is C(IAM:name) or
        C(IAMR:role).
    type: str
  db_user:
    description: Database user to run as, with O(cluster_identifier) only, and not with O(secret_arn).
    type: str
  statement_name:
    description: A name for what is run, to find it again in the list of statements.
    type: str
  wait_timeout:
    description: How many seconds to wait for a statement or batch. One that takes longer is cancelled.
    type: int
    default: 600
"""
