# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of how a DB instance is backed up, maintained, logged and watched."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.rds_upkeep`."""

    DOCUMENTATION = r"""
options:
  backup_retention_period:
    description: For how many days automated backups are kept, V(0) to V(35); V(0) is for none.
    type: int
  preferred_backup_window:
    description: When it is backed up each day, in UTC, at least half an hour, such as V(03:00-03:30).
    type: str
  preferred_maintenance_window:
    description:
      - When RDS maintains it each week, in UTC, at least half an hour, such as
        V(sun:06:00-sun:06:30). It must not overlap the backup window.
    type: str
  enabled_cloudwatch_logs_exports:
    description:
      - Logs that it sends to CloudWatch.
      - The list replaces the one that the instance has.
    type: list
    elements: str
    choices: [postgresql, upgrade, iam-db-auth-error]
  monitoring_interval:
    description: Seconds between two points of enhanced monitoring; V(0) turns it off.
    type: int
    choices: [0, 1, 5, 10, 15, 30, 60]
  monitoring_role_arn:
    description: ARN of the role that sends the enhanced monitoring's metrics.
    type: str
  performance_insights:
    description: Turn Performance Insights on.
    type: bool
"""
