# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the endpoint settings of DMS; doc_fragments/dms_settings.py documents them."""

from __future__ import annotations

from typing import Any

from .compare import Comparison, last_part

POSTGRE_SQL_OPTIONS: dict[str, dict[str, Any]] = {
    "after_connect_script": {"type": "str"},
    "capture_ddls": {"type": "bool"},
    "max_file_size": {"type": "int"},
    "database_name": {"type": "str"},
    "ddl_artifacts_schema": {"type": "str"},
    "execute_timeout": {"type": "int"},
    "fail_tasks_on_lob_truncation": {"type": "bool"},
    "heartbeat_enable": {"type": "bool"},
    "heartbeat_schema": {"type": "str"},
    "heartbeat_frequency": {"type": "int"},
    "slot_name": {"type": "str"},
    "plugin_name": {"type": "str", "choices": ["no-preference", "test-decoding", "pglogical"]},
    "secrets_manager_access_role_arn": {"type": "str", "no_log": False},
    "secrets_manager_secret_id": {"type": "str", "no_log": False},
    "trim_space_in_char": {"type": "bool"},
    "map_boolean_as_boolean": {"type": "bool"},
    "map_jsonb_as_clob": {"type": "bool"},
    "map_long_varchar_as": {"type": "str", "choices": ["wstring", "clob", "nclob"]},
    "database_mode": {"type": "str", "choices": ["default", "babelfish"]},
    "babelfish_database_name": {"type": "str"},
    "disable_unicode_source_filter": {"type": "bool"},
    "service_access_role_arn": {"type": "str"},
    "authentication_method": {"type": "str", "choices": ["password", "iam"]},
}
S3_OPTIONS: dict[str, dict[str, Any]] = {
    "service_access_role_arn": {"type": "str"},
    "external_table_definition": {"type": "str"},
    "csv_row_delimiter": {"type": "str"},
    "csv_delimiter": {"type": "str"},
    "bucket_folder": {"type": "str"},
    "bucket_name": {"type": "str"},
    "compression_type": {"type": "str", "choices": ["none", "gzip"]},
    "encryption_mode": {"type": "str", "choices": ["sse-s3", "sse-kms"]},
    "server_side_encryption_kms_key_id": {"type": "str", "no_log": False},
    "data_format": {"type": "str", "choices": ["csv", "parquet"]},
    "encoding_type": {"type": "str", "choices": ["plain", "plain-dictionary", "rle-dictionary"]},
    "dict_page_size_limit": {"type": "int"},
    "row_group_length": {"type": "int"},
    "data_page_size": {"type": "int"},
    "parquet_version": {"type": "str", "choices": ["parquet-1-0", "parquet-2-0"]},
    "enable_statistics": {"type": "bool"},
    "include_op_for_full_load": {"type": "bool"},
    "cdc_inserts_only": {"type": "bool"},
    "timestamp_column_name": {"type": "str"},
    "parquet_timestamp_in_millisecond": {"type": "bool"},
    "cdc_inserts_and_updates": {"type": "bool"},
    "date_partition_enabled": {"type": "bool"},
    "date_partition_sequence": {
        "type": "str",
        "choices": ["YYYYMMDD", "YYYYMMDDHH", "YYYYMM", "MMYYYYDD", "DDMMYYYY"],
    },
    "date_partition_delimiter": {"type": "str", "choices": ["SLASH", "UNDERSCORE", "DASH", "NONE"]},
    "use_csv_no_sup_value": {"type": "bool"},
    "csv_no_sup_value": {"type": "str"},
    "preserve_transactions": {"type": "bool"},
    "cdc_path": {"type": "str"},
    "use_task_start_time_for_full_load_timestamp": {"type": "bool"},
    "canned_acl_for_objects": {
        "type": "str",
        "choices": [
            "none",
            "private",
            "public-read",
            "public-read-write",
            "authenticated-read",
            "aws-exec-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
        ],
    },
    "add_column_name": {"type": "bool"},
    "cdc_max_batch_interval": {"type": "int"},
    "cdc_min_file_size": {"type": "int"},
    "csv_null_value": {"type": "str"},
    "ignore_header_rows": {"type": "int"},
    "max_file_size": {"type": "int"},
    "rfc4180": {"type": "bool"},
    "date_partition_timezone": {"type": "str"},
    "add_trailing_padding_character": {"type": "bool"},
    "expected_bucket_owner": {"type": "str"},
    "glue_catalog_generation": {"type": "bool"},
}

SETTINGS = {"postgre_sql_settings": POSTGRE_SQL_OPTIONS, "s3_settings": S3_OPTIONS}


COMPARISONS: dict[str, Comparison] = {"server_side_encryption_kms_key_id": last_part}


def s3_problem(given: dict[str, Any]) -> str:
    """What is wrong with the S3 settings, from the option on; empty when nothing is.

    https://docs.aws.amazon.com/dms/latest/APIReference/API_S3Settings.html
    """
    if given.get("preserve_transactions") and given.get("data_format") == "parquet":
        return "preserve_transactions writes CSV always: not with data_format parquet"
    if given.get("cdc_inserts_only") and given.get("cdc_inserts_and_updates"):
        return "cdc_inserts_only can't be true together with cdc_inserts_and_updates: choose one"
    key = given.get("server_side_encryption_kms_key_id")
    if given.get("encryption_mode") == "sse-s3" and key:
        return "server_side_encryption_kms_key_id can't be given with encryption_mode sse-s3"
    return ""


def same_settings(wanted: dict[str, Any], current: dict[str, Any] | None) -> tuple[Any, Any]:
    """Views of the settings that the user gave.

    AWS takes and shows the words of a choice in either case and with _ for -.
    """
    known = current or {}
    before: dict[str, Any] = {}
    for name, value in wanted.items():
        found = known.get(name)
        if name in COMPARISONS:
            found = COMPARISONS[name](value, found)[0]
        before[name] = value if _word(found) == _word(value) and is_choice(name) else found
    return before, dict(wanted)


def is_choice(name: str) -> bool:
    """Whether a setting is one of fixed words."""
    return any("choices" in options.get(name, {}) for options in SETTINGS.values())


def _word(value: Any) -> str:
    return str(value).lower().replace("_", "-")


def same_attributes(wanted: str, current: str | None) -> tuple[str, str]:
    """Views of extra connection attributes, `name=value;…`.

    AWS shows settings among them, so only those that the user gave are compared.
    """
    had, given = _attributes(current or ""), _attributes(wanted)
    before = {name: had[name] for name in given if name in had}
    return _joined(before), _joined(given)


def _attributes(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip().lower(): value.strip() for name, _sign, value in pairs}


def _joined(attributes: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in sorted(attributes.items()))
