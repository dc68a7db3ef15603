"""Which of PostgreSQL's system catalogs are there, and under which names they are read.

https://docs.aws.amazon.com/redshift/latest/dg/c_intro_catalog_views.html
"""

from __future__ import annotations

from sandbox.engines.redshift.vocabulary import vocabulary

# what the engine keeps for itself, and what Redshift has and shows to nobody
_OWN = vocabulary(
    """
    redshift_table redshift_constraint redshift_load redshift_load_file redshift_relation redshift_key
    redshift_rls_policy redshift_rls_attachment redshift_rls_relation
    redshift_masking_policy redshift_masking_attachment redshift_view redshift_procedure redshift_materialized
    pg_shadow pg_largeobject pg_statistic pg_stats pg_settings pg_stat_activity
    """
)
# what PostgreSQL got after 8.0, from which Redshift comes
_LATER = vocabulary(
    """
    pg_aios pg_auth_members pg_authid pg_available_extension_versions pg_available_extensions
    pg_backend_memory_contexts pg_collation pg_config pg_cursors pg_db_role_setting
    pg_enum pg_event_trigger pg_extension pg_file_settings pg_foreign_data_wrapper pg_foreign_server
    pg_foreign_table pg_hba_file_rules pg_ident_file_mappings pg_init_privs pg_largeobject_metadata
    pg_matviews pg_opfamily pg_parameter_acl pg_partitioned_table pg_policies pg_policy
    pg_prepared_statements pg_prepared_xacts pg_publication pg_publication_namespace pg_publication_rel
    pg_publication_tables pg_range pg_replication_origin pg_replication_origin_status
    pg_replication_slots pg_roles pg_seclabel pg_seclabels pg_sequence pg_sequences pg_shdepend
    pg_shdescription pg_shmem_allocations pg_shmem_allocations_numa pg_shseclabel pg_stat_ssl
    pg_statistic_ext pg_statistic_ext_data pg_stats_ext pg_stats_ext_exprs pg_subscription
    pg_subscription_rel pg_timezone_abbrevs pg_timezone_names pg_transform pg_ts_config
    pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_user_mapping pg_user_mappings
    pg_wait_events
    """
)
FORBIDDEN = _OWN | _LATER
"""Relations that do not exist, as far as a query may know."""

RENAMED = {
    name: f"redshift_{name}"
    for name in vocabulary(
        "pg_attrdef pg_attribute pg_class pg_constraint pg_database pg_index pg_proc pg_type"
    )
}
"""Catalogs that Redshift has with other columns than today's PostgreSQL, and what is read instead."""
