# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the endpoint settings of DMS."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.dms_settings`."""

    DOCUMENTATION = r"""
options:
  postgre_sql_settings:
    description: Settings of a PostgreSQL endpoint. What is not set is left as it is, or AWS's own default.
    type: dict
    suboptions:
      after_connect_script:
        description: SQL that is run after the connection is made.
        type: str
      capture_ddls:
        description: Whether changes of tables are captured too.
        type: bool
      max_file_size:
        description: Size in kilobytes of the files in which data is moved.
        type: int
      database_name:
        description: Name of the database.
        type: str
      ddl_artifacts_schema:
        description: Schema of the objects that DMS makes to capture changes of tables.
        type: str
      execute_timeout:
        description: How many seconds a statement may take.
        type: int
      fail_tasks_on_lob_truncation:
        description: Whether a task fails where it would cut a large value off.
        type: bool
      heartbeat_enable:
        description: Whether DMS writes a heartbeat, so that an idle database does not keep its log for ever.
        type: bool
      heartbeat_schema:
        description: Schema of the heartbeat's table.
        type: str
      heartbeat_frequency:
        description: Minutes between two heartbeats.
        type: int
      slot_name:
        description: Name of a logical replication slot that is there already.
        type: str
      plugin_name:
        description: Plugin that decodes the log.
        type: str
        choices: [no-preference, test-decoding, pglogical]
      secrets_manager_access_role_arn:
        description: ARN of the role with which DMS reads the secret.
        type: str
      secrets_manager_secret_id:
        description: Name or ARN of the secret that holds user name, password, host and port.
        type: str
      trim_space_in_char:
        description: Whether blanks at the end of C(char) values are cut off.
        type: bool
      map_boolean_as_boolean:
        description: Whether booleans stay booleans instead of becoming text.
        type: bool
      map_jsonb_as_clob:
        description: Whether C(jsonb) is a large text.
        type: bool
      map_long_varchar_as:
        description: What long texts become.
        type: str
        choices: [wstring, clob, nclob]
      database_mode:
        description: Kind of the database.
        type: str
        choices: [default, babelfish]
      babelfish_database_name:
        description: Name of the database under Babelfish.
        type: str
      disable_unicode_source_filter:
        description: Whether filters on the source are plain text.
        type: bool
      service_access_role_arn:
        description: ARN of the role with which DMS signs in by IAM.
        type: str
      authentication_method:
        description: How DMS signs in.
        type: str
        choices: [password, iam]
  s3_settings:
    description: Settings of an S3 endpoint. What is not set is left as it is, or AWS's own default.
    type: dict
    suboptions:
      service_access_role_arn:
        description: ARN of the role with which DMS writes the bucket.
        type: str
      external_table_definition:
        description: JSON that describes the tables of a source in S3.
        type: str
      csv_row_delimiter:
        description: What separates rows in CSV.
        type: str
      csv_delimiter:
        description: What separates columns in CSV.
        type: str
      bucket_folder:
        description: Prefix under which the folders of schemas lie.
        type: str
      bucket_name:
        description: Name of the bucket.
        type: str
      compression_type:
        description: How files are compressed.
        type: str
        choices: [none, gzip]
      encryption_mode:
        description: How files are encrypted.
        type: str
        choices: [sse-s3, sse-kms]
      server_side_encryption_kms_key_id:
        description: KMS key of that encryption.
        type: str
      data_format:
        description: Format of the files.
        type: str
        choices: [csv, parquet]
      encoding_type:
        description: How parquet encodes columns.
        type: str
        choices: [plain, plain-dictionary, rle-dictionary]
      dict_page_size_limit:
        description: Size in bytes of a parquet dictionary page.
        type: int
      row_group_length:
        description: Number of rows in a parquet row group.
        type: int
      data_page_size:
        description: Size in bytes of a parquet data page.
        type: int
      parquet_version:
        description: Version of the parquet format.
        type: str
        choices: [parquet-1-0, parquet-2-0]
      enable_statistics:
        description: Whether parquet pages carry statistics.
        type: bool
      include_op_for_full_load:
        description: Whether full load files have the column C(Op) too.
        type: bool
      cdc_inserts_only:
        description: Whether inserts alone are captured.
        type: bool
      timestamp_column_name:
        description: Name of an added column with the time of the commit.
        type: str
      parquet_timestamp_in_millisecond:
        description: Whether timestamps have milliseconds instead of microseconds.
        type: bool
      cdc_inserts_and_updates:
        description: Whether inserts and updates are captured; deletes are lost.
        type: bool
      date_partition_enabled:
        description: Whether files lie in folders by the date of the commit.
        type: bool
      date_partition_sequence:
        description: Order of the date's parts.
        type: str
        choices: [YYYYMMDD, YYYYMMDDHH, YYYYMM, MMYYYYDD, DDMMYYYY]
      date_partition_delimiter:
        description: What stands between them.
        type: str
        choices: [SLASH, UNDERSCORE, DASH, "NONE"]
      use_csv_no_sup_value:
        description: Whether O(s3_settings.csv_no_sup_value) is used.
        type: bool
      csv_no_sup_value:
        description: What a column without supplemental log is in CSV.
        type: str
      preserve_transactions:
        description: Whether whole transactions are written in their order, always as CSV.
        type: bool
      cdc_path:
        description: Folder of those transactions.
        type: str
      use_task_start_time_for_full_load_timestamp:
        description: Whether that column holds the task's start in full load files.
        type: bool
      canned_acl_for_objects:
        description: Canned ACL of the objects; buckets that enforce their owner take none.
        type: str
        choices: [none, private, public-read, public-read-write, authenticated-read, aws-exec-read, bucket-owner-read, bucket-owner-full-control]
      add_column_name:
        description: Whether CSV files begin with the columns' names.
        type: bool
      cdc_max_batch_interval:
        description: Seconds after which captured changes are written.
        type: int
      cdc_min_file_size:
        description: Kilobytes at which they are written earlier.
        type: int
      csv_null_value:
        description: What NULL is in CSV.
        type: str
      ignore_header_rows:
        description: Header rows of CSV to pass over, with a source in S3.
        type: int
      max_file_size:
        description: Size in kilobytes of full load files of CSV.
        type: int
      rfc4180:
        description: Whether quotes in CSV follow RFC 4180.
        type: bool
      date_partition_timezone:
        description: Time zone of those dates; it changes the files' names too.
        type: str
      add_trailing_padding_character:
        description: Whether text is padded.
        type: bool
      expected_bucket_owner:
        description: Account that must own the bucket.
        type: str
      glue_catalog_generation:
        description: Whether DMS makes a Glue catalog of the files itself.
        type: bool
"""
