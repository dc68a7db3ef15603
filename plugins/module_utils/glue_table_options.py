# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one table of the Glue Data Catalog."""

from __future__ import annotations

from .arguments import Options

REQUIRED_TEXT = {"type": "str", "required": True}
COLUMN_OPTIONS: Options = {
    "name": REQUIRED_TEXT,
    "type": REQUIRED_TEXT,
    "comment": {"type": "str"},
}
ORDER_OPTIONS: Options = {
    "column": REQUIRED_TEXT,
    "sort_order": {"type": "int", "choices": [0, 1], "required": True},
}
TARGET_OPTIONS: Options = {
    "catalog_id": REQUIRED_TEXT,
    "database_name": REQUIRED_TEXT,
    "name": REQUIRED_TEXT,
    "region": {"type": "str"},
}
TABLE_OPTIONS: Options = {
    "name": REQUIRED_TEXT,
    "description": {"type": "str"},
    "keep_location_below": {"type": "str"},
    "purge_columns": {"type": "bool", "default": False},
    "table_type": {"type": "str"},
    "owner": {"type": "str"},
    "retention": {"type": "int"},
    "target_table": {"type": "dict", "options": TARGET_OPTIONS},
    "view_original_text": {"type": "str"},
    "view_expanded_text": {"type": "str"},
    "parameters": {"type": "dict"},
    "partition_keys": {
        "type": "list",
        "no_log": False,  # keys of partitions, no secrets
        "elements": "dict",
        "options": COLUMN_OPTIONS,
    },
    "storage_descriptor": {
        "type": "dict",
        "options": {
            "columns": {
                "type": "list",
                "elements": "dict",
                "options": COLUMN_OPTIONS,
            },
            "location": {"type": "str"},
            "input_format": {"type": "str"},
            "output_format": {"type": "str"},
            "compressed": {"type": "bool"},
            "parameters": {"type": "dict"},
            "bucket_columns": {"type": "list", "elements": "str"},
            "number_of_buckets": {"type": "int"},
            "sort_columns": {
                "type": "list",
                "elements": "dict",
                "options": ORDER_OPTIONS,
            },
            "stored_as_sub_directories": {"type": "bool"},
            "serde_info": {
                "type": "dict",
                "options": {
                    "name": {"type": "str"},
                    "serialization_library": {"type": "str"},
                    "parameters": {"type": "dict"},
                },
            },
        },
    },
}
