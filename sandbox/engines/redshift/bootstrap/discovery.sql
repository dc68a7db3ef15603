-- The views by which tools discover what there is in a database. Nothing is external or shared here.
-- https://docs.aws.amazon.com/redshift/latest/dg/svv_views.html

SET search_path TO pg_catalog;

CREATE VIEW svv_redshift_schemas AS
SELECT current_database()::varchar(128) AS database_name, n.nspname::varchar(128) AS schema_name,
  n.nspowner::int AS schema_owner, 'local'::varchar(128) AS schema_type,
  array_to_string(n.nspacl, ',')::varchar(128) AS schema_acl, NULL::varchar(128) AS schema_option
FROM pg_namespace n
WHERE n.nspname NOT LIKE 'pg\_%'
  AND (n.nspname = 'information_schema' OR has_schema_privilege(session_user, n.oid, 'USAGE, CREATE'));

CREATE VIEW svv_all_schemas AS
SELECT database_name, schema_name, schema_owner, schema_type, schema_acl, NULL::varchar(128) AS source_database,
  schema_option::varchar(256) AS schema_option
FROM svv_redshift_schemas;

CREATE VIEW svv_redshift_tables AS
SELECT t.table_catalog AS database_name, t.table_schema AS schema_name, t.table_name,
  CASE t.table_type WHEN 'BASE TABLE' THEN 'TABLE' ELSE t.table_type END::varchar(128) AS table_type,
  array_to_string(r.relacl, ',')::varchar(128) AS table_acl, t.remarks
FROM svv_tables t JOIN redshift_relation r ON r.nspname = t.table_schema AND r.relname = t.table_name;

CREATE VIEW svv_all_tables AS
SELECT database_name, schema_name, table_name, table_acl, table_type, remarks FROM svv_redshift_tables;

CREATE VIEW svv_all_columns AS
SELECT table_catalog AS database_name, table_schema AS schema_name, table_name, column_name, ordinal_position,
  column_default, is_nullable, data_type, character_maximum_length, numeric_precision, numeric_scale, remarks
FROM svv_columns;

CREATE VIEW svv_external_schemas AS
SELECT NULL::oid AS esoid, NULL::smallint AS eskind, NULL::name AS schemaname, NULL::int AS esowner,
  NULL::text AS databasename, NULL::text AS esoptions
WHERE false;

CREATE VIEW svv_external_tables AS
SELECT NULL::text AS redshift_database_name, NULL::text AS schemaname, NULL::text AS tablename,
  NULL::text AS tabletype, NULL::text AS location, NULL::text AS input_format, NULL::text AS output_format,
  NULL::text AS serialization_lib, NULL::text AS serde_parameters, NULL::int AS compressed,
  NULL::text AS parameters
WHERE false;

CREATE VIEW svv_external_columns AS
SELECT NULL::text AS redshift_database_name, NULL::text AS schemaname, NULL::text AS tablename,
  NULL::text AS columnname, NULL::text AS external_type, NULL::int AS columnnum, NULL::int AS part_key,
  NULL::text AS is_nullable
WHERE false;

-- views are bound to their tables here, also those WITH NO SCHEMA BINDING
CREATE FUNCTION pg_get_late_binding_view_cols() RETURNS SETOF record LANGUAGE sql STABLE AS
$$ SELECT NULL::name, NULL::name, NULL::name, NULL::varchar, NULL::int WHERE false $$;

GRANT SELECT ON svv_redshift_schemas, svv_all_schemas, svv_redshift_tables, svv_all_tables, svv_all_columns,
  svv_external_schemas, svv_external_tables, svv_external_columns TO PUBLIC;

RESET search_path;
