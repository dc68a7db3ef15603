# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What replication tasks and serverless replications are documented to have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.dms_migration`."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) makes it, or changes it to what the options say.
      - V(started) starts it besides. A new one begins with its full load; one that was stopped
        goes on where it was; one that failed before its full load was done begins anew. A full load
        alone that has finished is left as it is.
      - V(stopped) stops it. Its replication slot stays at the source, whose log grows meanwhile.
      - V(reloaded) loads all its tables anew, then goes on with their changes. It is stopped for
        that when it runs. What only captures changes has no load to repeat.
      - V(absent) stops and deletes it.
    type: str
    choices: [present, started, stopped, reloaded, absent]
    default: present
  table_mappings:
    description:
      - Which tables it captures and how, as data or as JSON. Required to make it.
      - Compared rule by rule, in their order; a C(rule-id) is the same as a number and as text.
    type: json
  tables_required:
    description:
      - With V(false), one that starts and finds no table to capture is a warning, not an error.
        The next run starts it again.
    type: bool
    default: true
  reload_tables:
    description:
      - Tables to load again while it runs and goes on capturing changes.
      - It must be running, or be started by O(state=started). A table that it does not capture is
        refused.
      - AWS loads them in the background; O(wait_for_reload) waits for that.
    type: list
    elements: dict
    suboptions:
      schema_name:
        description: Schema of the table.
        type: str
        required: true
      table_name:
        description: Name of the table.
        type: str
        required: true
  reload_option:
    description:
      - Whether O(reload_tables) loads the tables, or only validates them again.
      - V(validate-only) needs validation enabled in O(settings).
    type: str
    choices: [data-reload, validate-only]
    default: data-reload
  wait_for_reload:
    description:
      - Wait until each of O(reload_tables) has a full load that is newer than the one before, up to
        O(wait_timeout). A table that AWS gives up fails the task.
      - Not for O(reload_option=validate-only), which loads nothing.
    type: bool
    default: false
"""
