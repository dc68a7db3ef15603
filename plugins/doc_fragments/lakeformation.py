# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that name grants and resources of Lake Formation."""

from __future__ import annotations


class ModuleDocFragment:
    """For `modern_data.warehouse.lakeformation.grants` and `….lakeformation.resource`.

    Each is one literal, as the linters of documentation ask.
    """

    GRANTS = r"""
options:
  grants:
    description: The grants.
    type: list
    elements: dict
    required: true
    suboptions:
      principal:
        description:
          - ARN of an IAM role or user, or V(IAM_ALLOWED_PRINCIPALS).
          - The number of the account with V(:IAMPrincipals) after it is every principal of the
            account.
        type: str
        required: true
      permissions:
        description:
          - What it may do. What a resource does not know is refused.
          - On LF-tags, V(ASSOCIATE) is to give them to databases, tables and columns,
            V(GRANT_WITH_LF_TAG_EXPRESSION) to grant on what has them.
        type: list
        elements: str
        required: true
        choices: &permissions
          - ALL
          - SELECT
          - ALTER
          - DROP
          - DELETE
          - INSERT
          - DESCRIBE
          - CREATE_DATABASE
          - CREATE_TABLE
          - DATA_LOCATION_ACCESS
          - CREATE_LF_TAG
          - ASSOCIATE
          - GRANT_WITH_LF_TAG_EXPRESSION
          - CREATE_LF_TAG_EXPRESSION
          - CREATE_CATALOG
          - SUPER_USER
      permissions_with_grant_option:
        description: What the principal may do and also grant to others.
        type: list
        elements: str
        choices: *permissions
      condition:
        description:
          - An expression in Cedar under which alone the grant holds.
          - A grant with a condition and one without are two grants.
        type: str
      resource:
        description: What it may do it with; exactly one of the suboptions.
        type: dict
        required: true
        suboptions:

          catalog:
            description: The catalog itself.
            type: dict
          database:
            description: A database.
            type: dict
            suboptions:
              name:
                description: Its name.
                type: str
                required: true
          table:
            description: A table, or with V(*) as its name all tables of the database.
            type: dict
            suboptions:
              database_name:
                description: Its database.
                type: str
                required: true
              name:
                description: Its name.
                type: str
                required: true
          data_location:
            description: A registered location.
            type: dict
            suboptions:
              resource_arn:
                description: Its ARN.
                type: str
                required: true
          data_cells_filter:
            description: A data cells filter.
            type: dict
            suboptions:
              database_name:
                description: Database of its table.
                type: str
                required: true
              table_name:
                description: Its table.
                type: str
                required: true
              name:
                description: Its name.
                type: str
                required: true
          lf_tag:
            description: An LF-tag itself, not what has it.
            type: dict
            suboptions: &tag
              tag_key:
                description: Key of the LF-tag. Case does not matter.
                type: str
                required: true
              tag_values:
                description:
                  - Its values. Neither order nor case matters.
                  - V(*) alone stands for all of them, also later ones, but not in an expression.
                type: list
                elements: str
                required: true
          lf_tag_policy:
            description: All databases, or all tables and columns, that have certain LF-tags.
            type: dict
            suboptions:
              resource_type:
                description: What has them.
                type: str
                required: true
                choices: [DATABASE, TABLE]
              expression:
                description: The LF-tags. Something has to have all keys, each with one of the values.
                type: list
                elements: dict
                suboptions: *tag
              expression_name:
                description: Name of a saved expression, in place of an expression.
                type: str
          lf_tag_expression:
            description: A saved LF-tag expression itself, not what it matches.
            type: dict
            suboptions:
              name:
                description: Its name.
                type: str
                required: true

          table_with_columns:
            description: Columns of a table; only C(SELECT) is granted on them. One of the two lists is needed.
            type: dict
            suboptions:
              database_name:
                description: Database of the table.
                type: str
                required: true
              name:
                description: Name of the table.
                type: str
                required: true
              column_names:
                description: The columns.
                type: list
                elements: str
              excluded_column_names:
                description: All columns but these; the empty list for all columns.
                type: list
                elements: str
"""

    RESOURCE = r"""
options:
  resource:
    description: A resource; exactly one of the suboptions. For columns, ask for their table.
    type: dict
    suboptions:

      catalog:
        description: The catalog itself.
        type: dict
      database:
        description: A database.
        type: dict
        suboptions:
          name:
            description: Its name.
            type: str
            required: true
      table:
        description: A table, or with V(*) as its name all tables of the database.
        type: dict
        suboptions:
          database_name:
            description: Its database.
            type: str
            required: true
          name:
            description: Its name.
            type: str
            required: true
      data_location:
        description: A registered location.
        type: dict
        suboptions:
          resource_arn:
            description: Its ARN.
            type: str
            required: true
      data_cells_filter:
        description: A data cells filter.
        type: dict
        suboptions:
          database_name:
            description: Database of its table.
            type: str
            required: true
          table_name:
            description: Its table.
            type: str
            required: true
          name:
            description: Its name.
            type: str
            required: true
      lf_tag:
        description: An LF-tag itself, not what has it.
        type: dict
        suboptions: &tag
          tag_key:
            description: Key of the LF-tag. Case does not matter.
            type: str
            required: true
          tag_values:
            description:
              - Its values. Neither order nor case matters.
              - V(*) alone stands for all of them, also later ones, but not in an expression.
            type: list
            elements: str
            required: true
      lf_tag_policy:
        description: All databases, or all tables and columns, that have certain LF-tags.
        type: dict
        suboptions:
          resource_type:
            description: What has them.
            type: str
            required: true
            choices: [DATABASE, TABLE]
          expression:
            description: The LF-tags. Something has to have all keys, each with one of the values.
            type: list
            elements: dict
            suboptions: *tag
          expression_name:
            description: Name of a saved expression, in place of an expression.
            type: str
      lf_tag_expression:
        description: A saved LF-tag expression itself, not what it matches.
        type: dict
        suboptions:
          name:
            description: Its name.
            type: str
            required: true
"""
