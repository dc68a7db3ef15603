-- What the engine keeps about tables and about the past. Nobody but the engine reads these; the
-- system views show them.

CREATE TABLE pg_catalog.redshift_table (
  reloid oid, diststyle text, distkey text, sortstyle text, sortkeys text[], encodings text);
-- far above the numbers that PostgreSQL gives: those of keys stand for their indexes too
CREATE SEQUENCE pg_catalog.redshift_constraint_oid START 2000000000;
CREATE TABLE pg_catalog.redshift_constraint (
  reloid oid, kind text, name text, columns text[], parent oid, parent_columns text[],
  oid oid DEFAULT nextval('pg_catalog.redshift_constraint_oid'));
CREATE TABLE pg_catalog.redshift_load (
  query_id bigint, session_id int, username text, database_name text, table_name text,
  data_source text, start_time timestamp, end_time timestamp, status text, loaded_rows bigint,
  loaded_bytes bigint, source_file_count int, error_message text);
CREATE TABLE pg_catalog.redshift_load_file (
  query_id bigint, session_id int, username text, file_name text, bytes_scanned bigint,
  lines_scanned bigint);
-- what pg_proc does not keep of procedures: arguments is a list of name, mode and type
CREATE TABLE pg_catalog.redshift_procedure (oid oid PRIMARY KEY, arguments jsonb, nonatomic bool);

REVOKE ALL ON pg_catalog.redshift_table, pg_catalog.redshift_constraint, pg_catalog.redshift_load,
  pg_catalog.redshift_load_file, pg_catalog.redshift_procedure FROM PUBLIC;

ALTER SCHEMA public OWNER TO CURRENT_USER;
GRANT CREATE ON SCHEMA public TO PUBLIC;
