-- The catalogs of PostgreSQL 8.0 as Redshift extends them: the gate has them read instead of today's.
-- https://docs.aws.amazon.com/redshift/latest/dg/c_intro_catalog_views.html

SET search_path TO pg_catalog;

-- types: SUPER and VARBYTE have numbers of their own

CREATE FUNCTION redshift_type_number(type oid) RETURNS oid LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE type WHEN 3802 THEN 4000 WHEN 17 THEN 6551 ELSE type END $$;

CREATE FUNCTION redshift_type(type oid, modifier int) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT CASE redshift_type_number(type)
  WHEN 4000 THEN 'super' WHEN 6551 THEN 'binary varying' WHEN 25 THEN 'character varying(65535)'
  ELSE format_type(type, modifier) END $$;
CREATE FUNCTION redshift_format_type(type oid, modifier int) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT CASE type WHEN 25 THEN 'text' ELSE redshift_type(type, modifier) END $$;

CREATE VIEW redshift_pg_type AS
SELECT redshift_type_number(oid) AS oid,
  CASE typname WHEN 'jsonb' THEN 'super' WHEN 'bytea' THEN 'varbyte' ELSE typname END::name AS typname,
  typnamespace, typowner, typlen, typbyval, typtype, typisdefined, typdelim, typrelid, typelem, typinput, typoutput,
  typreceive, typsend, typanalyze, typalign, typstorage, typnotnull, typbasetype, typtypmod, typndims, typdefaultbin,
  typdefault
FROM pg_type;

-- databases

CREATE VIEW redshift_pg_database AS
SELECT oid, datname, datdba, encoding, datistemplate, datallowconn, 0::oid AS datlastsysoid, '0'::xid AS datvacuumxid,
  datfrozenxid, dattablespace, NULL::text[] AS datconfig, datacl
FROM pg_database WHERE datname <> 'postgres';

-- relations. AUTO is 9, whatever it has become. The views of superusers belong to a role of the engine's

CREATE VIEW redshift_pg_class AS
SELECT c.oid, c.relname, c.relnamespace, c.reltype,
  coalesce((SELECT min(u.oid) FROM pg_roles o, pg_roles u WHERE o.oid = c.relowner AND o.rolname = 'system:views'
    AND u.rolsuper AND u.rolcanlogin AND u.rolname <> 'rdsdb'), c.relowner) AS relowner, c.relam, c.relfilenode, c.reltablespace, c.relpages,
  c.reltuples, c.reltoastrelid, 0::oid AS reltoastidxid,
  c.relhasindex OR EXISTS (SELECT FROM redshift_constraint k WHERE k.reloid = c.oid AND k.kind IN ('p', 'u')) AS relhasindex,
  c.relisshared, c.relkind, c.relnatts,
  0::oid AS relexternid, false AS relisreplicated, false AS relispinned,
  CASE t.diststyle WHEN 'KEY' THEN 1 WHEN 'ALL' THEN 8 WHEN 'AUTO' THEN 9 ELSE 0 END::smallint AS reldiststyle,
  0::oid AS relprojbaseid, 0::smallint AS relchecks, 0::smallint AS reltriggers,
  (SELECT count(*) FROM redshift_constraint k WHERE k.reloid = c.oid AND k.kind = 'u')::smallint AS relukeys,
  (SELECT count(*) FROM redshift_constraint k WHERE k.reloid = c.oid AND k.kind = 'f')::smallint AS relfkeys,
  (SELECT count(*) FROM redshift_constraint k WHERE k.parent = c.oid)::smallint AS relrefs, false AS relhasoids,
  EXISTS (SELECT FROM redshift_constraint k WHERE k.reloid = c.oid AND k.kind = 'p') AS relhaspkey, c.relhasrules,
  c.relhassubclass, c.relacl
FROM pg_class c LEFT JOIN redshift_table t ON t.reloid = c.oid
WHERE c.relname NOT LIKE 'redshift\_%' OR c.relnamespace <> 'pg_catalog'::regnamespace
UNION ALL
-- primary keys and unique constraints have an index, in name
SELECT k.oid, k.name::name, t.relnamespace, 0::oid, t.relowner, 403::oid, 0::oid, 0::oid, 0, 0::real, 0::oid, 0::oid, false,
  false, 'i', cardinality(k.columns)::smallint, 0::oid, false, false, 0::smallint, 0::oid, 0::smallint, 0::smallint,
  0::smallint, 0::smallint, 0::smallint, false, false, false, false, NULL
FROM redshift_constraint k JOIN pg_class t ON t.oid = k.reloid WHERE k.kind IN ('p', 'u');

CREATE VIEW pg_class_info AS
SELECT oid AS reloid, relname, relnamespace, reltype, relowner, relam, relfilenode, reltablespace, relpages, reltuples,
  relhasindex, relisshared, relkind, relnatts, relacl, reldiststyle,
  -- AUTO begins as AUTO(ALL)
  CASE reldiststyle WHEN 9 THEN 10 ELSE reldiststyle END::int AS releffectivediststyle
FROM redshift_pg_class;

CREATE FUNCTION redshift_attribute_numbers(relation oid, names text[]) RETURNS int2[] LANGUAGE sql STABLE AS
$$ SELECT ARRAY(SELECT a.attnum FROM unnest(names) WITH ORDINALITY c (name_of, position)
  JOIN pg_attribute a ON a.attrelid = relation AND a.attname = c.name_of ORDER BY c.position)::int2[] $$;

-- columns. Which number is which encoding is not published, but that 0 is none

CREATE FUNCTION redshift_encodings() RETURNS text[] LANGUAGE sql IMMUTABLE AS
$$ SELECT '{bytedict,delta,delta32k,lzo,mostly8,mostly16,mostly32,runlength,text255,text32k,zstd,az64}'::text[] $$;
CREATE FUNCTION format_encoding(encoding int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce((redshift_encodings())[encoding], 'none') $$;

CREATE VIEW redshift_pg_attribute AS
SELECT a.attrelid, a.attname, redshift_type_number(a.atttypid) AS atttypid, a.attstattarget::int AS attstattarget,
  a.attlen, a.attnum, a.attndims::int AS attndims, -1 AS attcacheoff, a.atttypmod, a.attbyval, a.attstorage,
  a.attalign, a.attnotnull, a.atthasdef OR a.attidentity <> '' AS atthasdef, a.attisdropped, a.attislocal,
  a.attinhcount::int AS attinhcount, coalesce(t.distkey = a.attname, false) AS attisdistkey, false AS attispreloaded,
  -- the columns of an interleaved key are positive and negative by turns
  coalesce(k.place * CASE WHEN t.sortstyle = 'INTERLEAVED' AND k.place % 2 = 0 THEN -1 ELSE 1 END, 0)::int
    AS attsortkeyord,
  coalesce(array_position(redshift_encodings(), (t.encodings::jsonb) ->> a.attname::text), 0)::smallint
    AS attencodingtype,
  0::smallint AS attencrypttype
FROM pg_attribute a LEFT JOIN redshift_table t ON t.reloid = a.attrelid
CROSS JOIN LATERAL (SELECT array_position(t.sortkeys, a.attname::text) AS place) k
UNION ALL
SELECT k.oid, a.attname, a.atttypid, -1, a.attlen, c.place::smallint, 0, -1, a.atttypmod, a.attbyval, a.attstorage,
  a.attalign, false, false, false, true, 0, false, false, 0, 0::smallint, 0::smallint
FROM redshift_constraint k CROSS JOIN LATERAL unnest(k.columns) WITH ORDINALITY c (name_of, place)
JOIN pg_attribute a ON a.attrelid = k.reloid AND a.attname = c.name_of WHERE k.kind IN ('p', 'u');

CREATE VIEW redshift_pg_index AS
SELECT k.oid AS indexrelid, k.reloid AS indrelid,
  array_to_string(redshift_attribute_numbers(k.reloid, k.columns), ' ')::int2vector AS indkey, NULL::oidvector AS indclass,
  cardinality(k.columns)::smallint AS indnatts, true AS indisunique, k.kind = 'p' AS indisprimary,
  false AS indisclustered, NULL::text AS indexprs, NULL::text AS indpred
FROM redshift_constraint k WHERE k.kind IN ('p', 'u');

CREATE VIEW pg_attribute_info AS
SELECT r.*, a.attacl FROM redshift_pg_attribute r JOIN pg_attribute a USING (attrelid, attnum);

-- the default of an identity column is a call, as in Redshift; its text serves as the expression too
CREATE VIEW redshift_pg_attrdef AS
SELECT x.oid, x.adrelid, x.adnum, x.adsrc AS adbin, x.adsrc
FROM (
  SELECT oid, adrelid, adnum,
    regexp_replace(replace(pg_get_expr(adbin, adrelid), 'redshift_sysdate()', 'sysdate'), '\mredshift_(\w+)\(', '\1(', 'g')
      AS adsrc
  FROM pg_attrdef
  UNION ALL
  SELECT s.seqrelid, a.attrelid, a.attnum, format('"%s"(%s, %s, ''%s,%s''::text)',
    CASE a.attidentity WHEN 'a' THEN 'identity' ELSE 'default_identity' END, a.attrelid, a.attnum - 1, s.seqstart,
    s.seqincrement)
  FROM pg_attribute a JOIN pg_depend d ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
  JOIN pg_sequence s ON s.seqrelid = d.objid
  WHERE a.attidentity <> ''
) x;
CREATE FUNCTION pg_get_expr(expression text, relation oid) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT expression $$;
CREATE FUNCTION pg_get_expr(expression text, relation oid, pretty bool) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT expression $$;

CREATE VIEW redshift_relation AS
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.relnamespace
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND n.nspname NOT LIKE 'pg\_temp\_%';
REVOKE ALL ON redshift_relation FROM PUBLIC;

-- keys inform the planner only; the limits of bytes that PostgreSQL keeps are none of Redshift's

CREATE VIEW redshift_key AS
SELECT k.oid, k.reloid, r.nspname, r.relname, r.relnamespace, k.kind, k.name, k.columns, k.parent,
  -- a reference without columns is to the primary key
  CASE WHEN k.kind = 'f' AND cardinality(k.parent_columns) = 0
    THEN (SELECT p.columns FROM redshift_constraint p WHERE p.reloid = k.parent AND p.kind = 'p')
    ELSE k.parent_columns END AS parent_columns
FROM redshift_constraint k JOIN redshift_relation r ON r.oid = k.reloid
WHERE pg_has_role(session_user, r.relowner, 'USAGE')
  OR has_table_privilege(session_user, r.oid, 'INSERT, UPDATE, DELETE, REFERENCES');

CREATE VIEW redshift_pg_constraint AS
SELECT k.oid, k.name::name AS conname, k.relnamespace AS connamespace, k.kind::"char" AS contype, false AS condeferrable,
  false AS condeferred, k.reloid AS conrelid, 0::oid AS contypid, coalesce(k.parent, 0::oid) AS confrelid,
  redshift_attribute_numbers(k.reloid, k.columns) AS conkey,
  redshift_attribute_numbers(k.parent, k.parent_columns) AS confkey,
  ' '::"char" AS confupdtype, ' '::"char" AS confdeltype, ' '::"char" AS confmatchtype,
  NULL::text AS conbin, NULL::text AS consrc
FROM redshift_key k;

CREATE FUNCTION redshift_name_list(names text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT string_agg(quote_ident(c.name_of), ', ' ORDER BY c.position)
   FROM unnest(names) WITH ORDINALITY c (name_of, position) $$;
-- a regclass is written with its schema where the search path does not lead to it
CREATE FUNCTION redshift_key_ddl(kind text, columns text[], parent oid, parent_columns text[]) RETURNS text
LANGUAGE sql STABLE AS
$$ SELECT CASE kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END
  || ' (' || redshift_name_list(columns) || ')'
  || CASE WHEN kind = 'f' THEN ' REFERENCES ' || parent::regclass
    || coalesce('(' || redshift_name_list(parent_columns) || ')', '') ELSE '' END $$;
CREATE FUNCTION redshift_pg_get_constraintdef(number oid, pretty bool DEFAULT false) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT redshift_key_ddl(kind, columns, parent, parent_columns) FROM redshift_key WHERE oid = number $$;
CREATE FUNCTION redshift_pg_get_indexdef(number oid, part int DEFAULT 0, pretty bool DEFAULT false) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT CASE part WHEN 0 THEN format('CREATE UNIQUE INDEX %I ON %s USING btree (%s)', name, reloid::regclass,
    redshift_name_list(columns)) ELSE columns[part] END
FROM redshift_key WHERE oid = number AND kind IN ('p', 'u') $$;

-- functions

-- NULL when no argument has a name
CREATE FUNCTION redshift_argument_names(procedure oid) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT CASE WHEN string_agg(a.argument ->> 0, '') <> '' THEN array_agg(a.argument ->> 0 ORDER BY a.place) END
  FROM pg_catalog.redshift_procedure p, jsonb_array_elements(p.arguments) WITH ORDINALITY a (argument, place)
  WHERE p.oid = procedure $$;

CREATE VIEW pg_proc_info AS
SELECT p.oid AS prooid, proname, pronamespace, proowner, prolang, prokind, prosecdef, proisstrict, proretset,
  provolatile, pronargs, prorettype, proargtypes,
  CASE WHEN prokind = 'p' THEN redshift_argument_names(p.oid) ELSE proargnames END AS proargnames, proargmodes,
  proallargtypes, prosrc, probin, proacl
FROM pg_proc p
WHERE proname NOT LIKE 'redshift\_%' OR pronamespace <> 'pg_catalog'::regnamespace;

CREATE VIEW redshift_pg_proc AS
SELECT prooid AS oid, proname, pronamespace, proowner, prolang, prokind = 'a' AS proisagg, prosecdef, proisstrict,
  proretset, provolatile, pronargs, prorettype, proargtypes, proargnames, prosrc, probin, proacl
FROM pg_proc_info;

GRANT SELECT ON redshift_pg_type, redshift_pg_database, redshift_pg_class, pg_class_info, redshift_pg_attribute,
  pg_attribute_info, redshift_pg_attrdef, redshift_pg_constraint, redshift_pg_index, pg_proc_info, redshift_pg_proc TO PUBLIC;

RESET search_path;
