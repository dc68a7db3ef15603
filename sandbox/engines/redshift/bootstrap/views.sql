-- The system views that tools ask for, as far as they are known here.
-- https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_system-tables.html

SET search_path TO pg_catalog;

-- principals carry a prefix that tells roles and groups from users
CREATE FUNCTION redshift_principal(name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT regexp_replace(name, '^(role|group):', '') $$;
CREATE FUNCTION redshift_principal_type(name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN name LIKE 'role:%' THEN 'role' WHEN name LIKE 'group:%' THEN 'group'
   WHEN name IS NULL THEN 'public' ELSE 'user' END $$;

CREATE FUNCTION redshift_count(relation oid) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
DECLARE
  result bigint;
BEGIN
  EXECUTE 'SELECT count(*) FROM ' || relation::regclass INTO result;
  RETURN result;
END
$$;

CREATE VIEW svv_tables AS
SELECT current_database()::varchar(128) AS table_catalog, r.nspname::varchar(128) AS table_schema,
  r.relname::varchar(128) AS table_name,
  CASE r.relkind WHEN 'r' THEN 'BASE TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END::varchar(128)
    AS table_type,
  obj_description(r.oid, 'pg_class')::varchar(256) AS remarks
FROM redshift_relation r
WHERE has_table_privilege(session_user, r.oid, 'SELECT, INSERT, UPDATE, DELETE')
  OR has_any_column_privilege(session_user, r.oid, 'SELECT, UPDATE');

CREATE VIEW svv_columns AS
SELECT current_database()::varchar(128) AS table_catalog, r.nspname::varchar(128) AS table_schema,
  r.relname::varchar(128) AS table_name, a.attname::varchar(128) AS column_name,
  a.attnum::int AS ordinal_position, pg_get_expr(d.adbin, d.adrelid)::varchar(4000) AS column_default,
  CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END::varchar(3) AS is_nullable,
  regexp_replace(redshift_type(a.atttypid, -1), '\(.*', '')::varchar(128) AS data_type,
  CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN a.atttypmod - 4
    WHEN a.atttypid = 25 THEN 65535 END AS character_maximum_length,
  CASE a.atttypid WHEN 1700 THEN ((a.atttypmod - 4) >> 16) WHEN 20 THEN 64 WHEN 23 THEN 32 WHEN 21 THEN 16
    WHEN 701 THEN 53 WHEN 700 THEN 24 END AS numeric_precision,
  CASE a.atttypid WHEN 1700 THEN ((a.atttypmod - 4) & 2047) WHEN 20 THEN 0 WHEN 23 THEN 0 WHEN 21 THEN 0 END
    AS numeric_scale,
  col_description(r.oid, a.attnum)::varchar(256) AS remarks
FROM redshift_relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE has_column_privilege(session_user, r.oid, a.attnum, 'SELECT, INSERT, UPDATE');

CREATE VIEW svv_table_info AS
SELECT current_database()::varchar(128) AS database, r.nspname::varchar(128) AS schema, r.oid AS table_id,
  r.relname::varchar(128) AS "table", 'Y, AUTO(ENCODE)'::varchar(32) AS encoded,
  CASE t.diststyle WHEN 'KEY' THEN 'KEY(' || t.distkey || ')' WHEN 'AUTO' THEN 'AUTO(ALL)' ELSE t.diststyle
    END::varchar(256) AS diststyle,
  coalesce(t.sortkeys[1], 'AUTO(SORTKEY)')::varchar(128) AS sortkey1,
  (SELECT max(a.atttypmod - 4) FROM pg_attribute a WHERE a.attrelid = r.oid AND a.atttypid = 1043
    AND a.attnum > 0 AND NOT a.attisdropped)::int AS max_varchar,
  coalesce((t.encodings::jsonb) ->> t.sortkeys[1], 'none')::char(32) AS sortkey1_enc,
  cardinality(t.sortkeys) AS sortkey_num,
  (pg_table_size(r.oid) + 1048575) / 1048576 AS size,
  0::numeric(10,4) AS pct_used, 0::bigint AS empty, 0::numeric(5,2) AS unsorted, 0::numeric(5,2) AS stats_off,
  redshift_count(r.oid)::numeric(38,0) AS tbl_rows, NULL::numeric(19,2) AS skew_sortkey1,
  NULL::numeric(19,2) AS skew_rows, redshift_count(r.oid)::numeric(38,0) AS estimated_visible_rows,
  NULL::varchar(256) AS risk_event, NULL::numeric(12,2) AS vacuum_sort_benefit
FROM redshift_relation r LEFT JOIN redshift_table t ON t.reloid = r.oid
WHERE r.relkind = 'r' AND redshift_count(r.oid) > 0
  AND (SELECT rolsuper FROM pg_roles WHERE rolname = session_user);

CREATE VIEW pg_table_def AS
SELECT r.nspname AS schemaname, r.relname AS tablename, a.attname AS "column",
  redshift_type(a.atttypid, a.atttypmod)::varchar(128) AS type,
  format_encoding(a.attencodingtype)::varchar(32) AS encoding, a.attisdistkey AS distkey, a.attsortkeyord AS sortkey,
  a.attnotnull AS "notnull"
FROM redshift_relation r JOIN redshift_pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE r.relkind = 'r' AND r.nspname = ANY (current_schemas(true));

CREATE VIEW svv_redshift_columns AS
SELECT current_database()::varchar(128) AS database_name, r.nspname::varchar(128) AS schema_name,
  r.relname::varchar(128) AS table_name, a.attname::varchar(128) AS column_name, a.attnum::int AS ordinal_position,
  redshift_type(a.atttypid, a.atttypmod)::varchar(32) AS data_type,
  pg_get_expr(d.adbin, d.adrelid)::varchar(4000) AS column_default,
  CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END::varchar(3) AS is_nullable,
  format_encoding(a.attencodingtype)::varchar(128) AS encoding, a.attisdistkey AS distkey, a.attsortkeyord AS sortkey,
  array_to_string(a.attacl, ',')::varchar(128) AS column_acl, col_description(r.oid, a.attnum)::varchar(256) AS remarks
FROM redshift_relation r JOIN pg_attribute_info a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE has_column_privilege(session_user, r.oid, a.attnum, 'SELECT, INSERT, UPDATE');

-- keys

DROP VIEW information_schema.table_constraints;
CREATE VIEW information_schema.table_constraints AS
SELECT current_database()::varchar(128) AS constraint_catalog, nspname::varchar(128) AS constraint_schema,
  name::varchar(128) AS constraint_name, current_database()::varchar(128) AS table_catalog,
  nspname::varchar(128) AS table_schema, relname::varchar(128) AS table_name,
  CASE kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END::varchar(128)
    AS constraint_type,
  'NO'::varchar(3) AS is_deferrable, 'NO'::varchar(3) AS initially_deferred
FROM redshift_key;

DROP VIEW information_schema.key_column_usage;
CREATE VIEW information_schema.key_column_usage AS
SELECT current_database()::varchar(128) AS constraint_catalog, nspname::varchar(128) AS constraint_schema,
  name::varchar(128) AS constraint_name, current_database()::varchar(128) AS table_catalog,
  nspname::varchar(128) AS table_schema, relname::varchar(128) AS table_name,
  c.name_of::varchar(128) AS column_name, c.position::int AS ordinal_position
FROM redshift_key CROSS JOIN LATERAL unnest(columns) WITH ORDINALITY c (name_of, position);

GRANT SELECT ON information_schema.table_constraints, information_schema.key_column_usage TO PUBLIC;

-- users, roles, groups

CREATE VIEW pg_user_info AS
SELECT r.rolname AS usename, r.oid::int AS usesysid, r.rolcreatedb AS usecreatedb, r.rolsuper AS usesuper,
  false AS usecatupd, '********'::text AS passwd, r.rolvaliduntil AS valuntil,
  (SELECT setconfig FROM pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = 0) AS useconfig,
  CASE r.rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE r.rolconnlimit::text END::text AS useconnlimit
FROM pg_roles r WHERE r.rolcanlogin;

DROP VIEW pg_user;
CREATE VIEW pg_user AS
SELECT usename, usesysid, usecreatedb, usesuper, usecatupd, passwd, valuntil, useconfig FROM pg_user_info;
DROP VIEW pg_group;
CREATE VIEW pg_group AS
SELECT redshift_principal(rolname)::name AS groname, oid::int AS grosysid,
  ARRAY(SELECT member::int FROM pg_auth_members WHERE roleid = pg_authid.oid) AS grolist
FROM pg_authid WHERE rolname LIKE 'group:%';

CREATE VIEW svv_user_info AS
SELECT usename::varchar(128) AS user_name, usesysid AS user_id, usecreatedb AS createdb,
  usesuper AS superuser, usecatupd AS catalog_update, useconnlimit::varchar(32) AS connection_limit
FROM pg_user_info;

CREATE VIEW svv_roles AS
SELECT oid::int AS role_id, redshift_principal(rolname)::varchar(128) AS role_name,
  'rdsdb'::varchar(128) AS role_owner, NULL::varchar(128) AS external_id
FROM pg_authid WHERE rolname LIKE 'role:%'
  AND (pg_has_role(session_user, oid, 'MEMBER') OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user));

CREATE VIEW svv_user_grants AS
SELECT u.oid::int AS user_id, u.rolname::varchar(128) AS user_name, r.oid::int AS role_id,
  redshift_principal(r.rolname)::varchar(128) AS role_name, m.admin_option
FROM pg_auth_members m JOIN pg_authid u ON u.oid = m.member JOIN pg_authid r ON r.oid = m.roleid
WHERE u.rolcanlogin AND r.rolname LIKE 'role:%'
  AND (u.rolname = session_user OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user));

CREATE VIEW svv_role_grants AS
SELECT u.oid::int AS role_id, redshift_principal(u.rolname)::varchar(128) AS role_name,
  r.oid::int AS granted_role_id, redshift_principal(r.rolname)::varchar(128) AS granted_role_name,
  m.admin_option
FROM pg_auth_members m JOIN pg_authid u ON u.oid = m.member JOIN pg_authid r ON r.oid = m.roleid
WHERE u.rolname LIKE 'role:%' AND r.rolname LIKE 'role:%'
  AND (pg_has_role(session_user, u.oid, 'MEMBER') OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user));

-- grants: a superuser sees all, others those of their own identities

CREATE FUNCTION redshift_sees_grant(grantee oid) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT grantee = 0 OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
   OR pg_has_role(session_user, grantee, 'MEMBER') $$;

CREATE VIEW svv_relation_privileges AS
SELECT r.nspname::varchar(128) AS namespace_name, r.relname::varchar(128) AS relation_name,
  x.privilege_type::varchar(128) AS privilege_type, x.grantee::int AS identity_id,
  coalesce(redshift_principal(g.rolname), 'public')::varchar(128) AS identity_name,
  redshift_principal_type(g.rolname)::varchar(128) AS identity_type, x.is_grantable AS admin_option
FROM redshift_relation r CROSS JOIN LATERAL aclexplode(r.relacl) x LEFT JOIN pg_authid g ON g.oid = x.grantee
WHERE redshift_sees_grant(x.grantee) AND x.grantee <> r.relowner;

CREATE VIEW svv_column_privileges AS
SELECT r.nspname::varchar(128) AS namespace_name, r.relname::varchar(128) AS relation_name,
  a.attname::varchar(128) AS column_name, x.privilege_type::varchar(128) AS privilege_type,
  x.grantee::int AS identity_id, coalesce(redshift_principal(g.rolname), 'public')::varchar(128) AS identity_name,
  redshift_principal_type(g.rolname)::varchar(128) AS identity_type
FROM redshift_relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN LATERAL aclexplode(a.attacl) x LEFT JOIN pg_authid g ON g.oid = x.grantee
WHERE redshift_sees_grant(x.grantee);

CREATE VIEW svv_schema_privileges AS
SELECT n.nspname::varchar(128) AS namespace_name, x.privilege_type::varchar(128) AS privilege_type,
  x.grantee::int AS identity_id, coalesce(redshift_principal(g.rolname), 'public')::varchar(128) AS identity_name,
  redshift_principal_type(g.rolname)::varchar(128) AS identity_type, x.is_grantable AS admin_option,
  'SCHEMA'::varchar(128) AS privilege_scope
FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) x LEFT JOIN pg_authid g ON g.oid = x.grantee
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND redshift_sees_grant(x.grantee)
  AND x.grantee <> n.nspowner;

CREATE VIEW svv_database_privileges AS
SELECT d.datname::varchar(128) AS database_name,
  CASE x.privilege_type WHEN 'TEMPORARY' THEN 'TEMP' ELSE x.privilege_type END::varchar(128) AS privilege_type,
  x.grantee::int AS identity_id, coalesce(redshift_principal(g.rolname), 'public')::varchar(128) AS identity_name,
  redshift_principal_type(g.rolname)::varchar(128) AS identity_type, x.is_grantable AS admin_option
FROM pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) x LEFT JOIN pg_authid g ON g.oid = x.grantee
WHERE d.datname = current_database() AND x.privilege_type <> 'CONNECT' AND redshift_sees_grant(x.grantee)
  AND x.grantee <> d.datdba;

-- who may use which IAM role: what was granted, and what is open to all until it is revoked.
-- EXFUNC is what AWS's sample rows have, in spite of the values that their column is said to have.
CREATE VIEW svv_iam_privileges AS
SELECT x.iam_arn::varchar(2048) AS iam_arn,
  CASE x.command_type WHEN 'EXTERNAL FUNCTION' THEN 'EXFUNC' ELSE x.command_type END::varchar(128) AS command_type,
  x.grantee::int AS identity_id,
  coalesce(redshift_principal(g.rolname), 'public')::varchar(128) AS identity_name,
  redshift_principal_type(g.rolname)::varchar(128) AS identity_type
FROM (
  SELECT shobj_description(r.oid, 'pg_authid') AS iam_arn, split_part(r.rolname, ':', 2) AS command_type, m.member AS grantee
  FROM pg_authid r JOIN pg_auth_members m ON m.roleid = r.oid WHERE r.rolname LIKE 'assumerole:%'
  UNION ALL
  SELECT shobj_description(r.oid, 'pg_authid'), split_part(r.rolname, ':', 2), 0
  FROM pg_authid r WHERE r.rolname LIKE 'assumerole:%:public'
  UNION ALL
  SELECT 'ALL', c.command, 0
  FROM (VALUES ('COPY'), ('UNLOAD'), ('EXTERNAL FUNCTION'), ('CREATE MODEL')) c (command)
  WHERE NOT EXISTS (SELECT 1 FROM pg_authid WHERE rolname = 'assumerole:closed:' || c.command)
) x LEFT JOIN pg_authid g ON g.oid = x.grantee
WHERE redshift_sees_grant(x.grantee);

CREATE VIEW svv_default_privileges AS
SELECT n.nspname::varchar(128) AS schema_name,
  CASE d.defaclobjtype WHEN 'r' THEN 'RELATION' WHEN 'f' THEN 'PROCEDURE' ELSE 'OTHER' END::varchar(128)
    AS object_type,
  d.defaclrole::int AS owner_id, o.rolname::varchar(128) AS owner_name, 'user'::varchar(128) AS owner_type,
  x.privilege_type::varchar(128) AS privilege_type, x.grantee::int AS grantee_id,
  coalesce(redshift_principal(g.rolname), 'public')::varchar(128) AS grantee_name,
  redshift_principal_type(g.rolname)::varchar(128) AS grantee_type, x.is_grantable AS admin_option
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
JOIN pg_authid o ON o.oid = d.defaclrole
CROSS JOIN LATERAL aclexplode(d.defaclacl) x LEFT JOIN pg_authid g ON g.oid = x.grantee
WHERE (redshift_sees_grant(x.grantee) OR redshift_sees_grant(d.defaclrole))
  AND NOT (d.defaclobjtype = 'f' AND x.grantee = d.defaclrole);

-- loads: users see their own

CREATE VIEW sys_load_history AS
SELECT (SELECT u.oid::int FROM pg_authid u WHERE u.rolname = l.username) AS user_id, l.query_id,
  l.status::varchar(64) AS status, l.session_id, l.database_name::varchar(128) AS database_name,
  l.table_name::varchar(128) AS table_name, l.start_time, l.end_time,
  (extract(epoch FROM l.end_time - l.start_time) * 1000000)::bigint AS duration,
  l.data_source::varchar(1024) AS data_source, 'parquet'::varchar(16) AS file_format, l.loaded_rows,
  l.loaded_bytes, l.source_file_count, l.loaded_bytes AS source_file_bytes,
  l.source_file_count AS file_count_scanned, l.loaded_bytes AS file_bytes_scanned,
  CASE l.status WHEN 'failed' THEN 1 ELSE 0 END AS error_count, 0::bigint AS copy_job_id
FROM redshift_load l
WHERE l.username = session_user OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user);

CREATE VIEW sys_load_detail AS
SELECT (SELECT u.oid::int FROM pg_authid u WHERE u.rolname = f.username) AS user_id, f.query_id,
  f.session_id, f.file_name::varchar(1024) AS file_name, f.bytes_scanned, f.lines_scanned
FROM redshift_load_file f
WHERE f.username = session_user OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user);

CREATE VIEW sys_load_error_detail AS
SELECT (SELECT u.oid::int FROM pg_authid u WHERE u.rolname = l.username) AS user_id, l.query_id,
  l.session_id, l.database_name::varchar(128) AS database_name, l.end_time AS start_time,
  l.data_source::varchar(1024) AS file_name, l.error_message::varchar(512) AS error_message
FROM redshift_load l
WHERE l.status = 'failed'
  AND (l.username = session_user OR (SELECT rolsuper FROM pg_roles WHERE rolname = session_user));

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT viewname FROM pg_views WHERE schemaname = 'pg_catalog'
    AND (viewname ~ '^(svv_|sys_)' OR viewname IN ('pg_table_def', 'pg_user_info', 'pg_user', 'pg_group'))
  LOOP
    EXECUTE format('GRANT SELECT ON pg_catalog.%I TO PUBLIC', name);
  END LOOP;
END
$$;

RESET search_path;
