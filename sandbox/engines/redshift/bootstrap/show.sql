-- What SHOW DATABASES, SCHEMAS, TABLES, COLUMNS, TABLE and VIEW tell a session's user.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html

SET search_path TO pg_catalog;

CREATE FUNCTION redshift_here(database text) RETURNS void LANGUAGE plpgsql STABLE AS
$$
BEGIN
  IF database NOT IN ('', current_database()) THEN
    IF NOT EXISTS (SELECT 1 FROM pg_database d WHERE d.datname = database) THEN
      RAISE EXCEPTION 'database "%" does not exist', database USING ERRCODE = '3D000';
    END IF;
    RAISE EXCEPTION 'SHOW of another database is not supported by this sandbox' USING ERRCODE = '0A000';
  END IF;
END
$$;

CREATE FUNCTION redshift_show_databases() RETURNS TABLE (
  database_name varchar(128), database_owner int, database_type varchar(32), database_acl varchar(128),
  parameters varchar(128), database_isolation_level varchar(128))
LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT d.datname::varchar(128), d.datdba::int, 'local'::varchar(32), array_to_string(d.datacl, ',')::varchar(128),
  NULL::varchar(128), 'Snapshot Isolation'::varchar(128)
  FROM pg_database d WHERE d.datname NOT IN ('postgres', 'template0', 'template1') ORDER BY 1 $$;

CREATE FUNCTION redshift_show_schemas(database text) RETURNS SETOF svv_all_schemas
LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
BEGIN
  PERFORM redshift_here(database);
  RETURN QUERY SELECT * FROM svv_all_schemas ORDER BY schema_name;
END
$$;

CREATE FUNCTION redshift_show_tables(database text, schema text) RETURNS TABLE (
  database_name varchar(128), schema_name varchar(128), table_name varchar(128), table_type varchar(128),
  table_acl varchar(128), remarks varchar(256), owner varchar(128), last_altered_time timestamp,
  last_modified_time timestamp, dist_style varchar(256), table_subtype varchar(128))
LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
BEGIN
  PERFORM redshift_here(database);
  IF NOT EXISTS (SELECT 1 FROM pg_namespace n WHERE n.nspname = schema) THEN
    RAISE EXCEPTION 'schema "%" does not exist', schema USING ERRCODE = '3F000';
  END IF;
  RETURN QUERY SELECT t.database_name, t.schema_name, t.table_name, t.table_type, t.table_acl, t.remarks,
    redshift_principal(o.rolname)::varchar(128), NULL::timestamp, NULL::timestamp,
    CASE k.diststyle WHEN 'KEY' THEN 'KEY(' || k.distkey || ')' WHEN 'AUTO' THEN 'AUTO(ALL)' ELSE k.diststyle
      END::varchar(256),
    CASE t.table_type WHEN 'TABLE' THEN 'REGULAR TABLE' WHEN 'VIEW' THEN 'REGULAR VIEW' ELSE t.table_type
      END::varchar(128)
  FROM svv_redshift_tables t JOIN redshift_relation r ON r.nspname = t.schema_name AND r.relname = t.table_name
  JOIN pg_authid o ON o.oid = r.relowner LEFT JOIN redshift_table k ON k.reloid = r.oid
  WHERE t.schema_name = schema ORDER BY t.table_name;
END
$$;

-- the table of a name, which the user has to have some right on
CREATE FUNCTION redshift_shown(name text, kinds "char"[]) RETURNS oid LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
DECLARE
  found oid := to_regclass(name);
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = found AND c.relkind = ANY (kinds)
    AND (has_table_privilege(session_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
      OR has_any_column_privilege(session_user, c.oid, 'SELECT, UPDATE')))
  THEN
    RAISE EXCEPTION 'relation "%" does not exist', replace(name, '"', '') USING ERRCODE = '42P01';
  END IF;
  RETURN found;
END
$$;

-- an encoding that nobody chose
CREATE FUNCTION redshift_encoding(relation oid, column_name text, type oid) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce((SELECT CASE WHEN t.encodings::jsonb ? column_name THEN t.encodings::jsonb ->> column_name
    WHEN column_name = ANY (t.sortkeys) THEN 'none' END FROM redshift_table t WHERE t.reloid = relation),
  CASE WHEN type IN (1042, 1043, 17) THEN 'lzo' WHEN type IN (16, 700, 701) THEN 'none' WHEN type = 3802 THEN 'zstd'
    ELSE 'az64' END) $$;

CREATE FUNCTION redshift_show_columns(database text, schema text, relation text) RETURNS TABLE (
  database_name varchar(128), schema_name varchar(128), table_name varchar(128), column_name varchar(128),
  ordinal_position int, column_default varchar(4000), is_nullable varchar(3), data_type varchar(128),
  character_maximum_length int, numeric_precision int, numeric_scale int, remarks varchar(256),
  sort_key_type varchar(128), sort_key int, dist_key int, encoding varchar(128), "collation" varchar(128))
LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
DECLARE
  shown oid;
BEGIN
  PERFORM redshift_here(database);
  shown := redshift_shown(CASE schema WHEN '' THEN '' ELSE quote_ident(schema) || '.' END || quote_ident(relation),
    '{r,v,m}');
  RETURN QUERY SELECT c.table_catalog, c.table_schema, c.table_name, c.column_name, c.ordinal_position,
    c.column_default, c.is_nullable, c.data_type, c.character_maximum_length::int, c.numeric_precision::int,
    c.numeric_scale::int, c.remarks,
    CASE WHEN c.column_name = ANY (t.sortkeys) THEN t.sortstyle END::varchar(128),
    coalesce(array_position(t.sortkeys, c.column_name::text), 0),
    CASE WHEN t.distkey = c.column_name THEN 1 ELSE 0 END,
    CASE WHEN r.relkind = 'r' THEN redshift_encoding(r.oid, c.column_name, a.atttypid) END::varchar(128),
    CASE WHEN a.atttypid IN (1042, 1043) THEN 'default' END::varchar(128)
  FROM redshift_relation r JOIN svv_columns c ON c.table_schema = r.nspname AND c.table_name = r.relname
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attname = c.column_name
  LEFT JOIN redshift_table t ON t.reloid = r.oid
  WHERE r.oid = shown ORDER BY c.ordinal_position;
END
$$;

CREATE FUNCTION redshift_column_ddl(relation oid, place smallint) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT quote_ident(a.attname) || ' ' || redshift_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
  || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
  || CASE a.attidentity WHEN 'a' THEN format(' identity(%s,%s)', s.seqstart, s.seqincrement)
    WHEN 'd' THEN format(' default identity(%s,%s)', s.seqstart, s.seqincrement) ELSE '' END
  || coalesce(' ENCODE ' || nullif(redshift_encoding(relation, a.attname, a.atttypid), 'none'), '')
  || CASE WHEN t.distkey = a.attname THEN ' distkey' ELSE '' END
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN redshift_table t ON t.reloid = a.attrelid
  LEFT JOIN pg_sequence s ON s.seqrelid
    = CASE WHEN a.attidentity <> '' THEN pg_get_serial_sequence(relation::regclass::text, a.attname)::regclass END
  WHERE a.attrelid = relation AND a.attnum = place $$;

CREATE FUNCTION redshift_show_table(name text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
DECLARE
  shown oid := redshift_shown(name, '{r}');
BEGIN
  RETURN (SELECT format(E'CREATE TABLE %I.%I (\n', n.nspname, c.relname)
    || (SELECT string_agg('    ' || line, E',\n' ORDER BY kind, place) FROM (
      SELECT 0 AS kind, a.attnum::int AS place, redshift_column_ddl(shown, a.attnum) AS line
      FROM pg_attribute a WHERE a.attrelid = shown AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT CASE k.kind WHEN 'p' THEN 1 WHEN 'u' THEN 2 ELSE 3 END, 0,
        redshift_key_ddl(k.kind, k.columns, k.parent, k.parent_columns)
      FROM redshift_constraint k WHERE k.reloid = shown) lines)
    || E'\n)\nDISTSTYLE ' || coalesce(t.diststyle, 'AUTO')
    || CASE WHEN cardinality(t.sortkeys) > 0 THEN
      CASE t.sortstyle WHEN 'INTERLEAVED' THEN E'\nINTERLEAVED SORTKEY ( ' ELSE E'\nSORTKEY ( ' END
      || array_to_string(t.sortkeys, ', ') || ' )' ELSE '' END || ';'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN redshift_table t ON t.reloid = c.oid
    WHERE c.oid = shown);
END
$$;

-- the engine's own functions have Redshift's names there
CREATE FUNCTION redshift_show_view(name text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
DECLARE
  shown oid := redshift_shown(name, '{v,m}');
BEGIN
  RETURN ltrim(regexp_replace(pg_get_viewdef(shown), '[[:<:]]redshift_', '', 'g'));
END
$$;

RESET search_path;
