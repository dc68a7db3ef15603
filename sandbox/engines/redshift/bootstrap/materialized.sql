-- Materialized views: what PostgreSQL doesn't keep of them, and what stv_mv_info tells.
-- https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-overview.html

SET search_path TO pg_catalog;

-- fingerprint is that of the base tables' rows at the last refresh
CREATE TABLE redshift_materialized (
  reloid oid PRIMARY KEY, incremental bool, mutable bool, autorefresh bool, fingerprint text);
REVOKE ALL ON redshift_materialized FROM PUBLIC;

CREATE FUNCTION redshift_bases(view oid) RETURNS SETOF oid LANGUAGE sql STABLE AS
$$ SELECT DISTINCT d.refobjid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
   WHERE r.ev_class = view AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
   AND d.refobjid <> view $$;

CREATE FUNCTION redshift_fingerprint(view oid) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER AS
$$
DECLARE
  base oid;
  part text;
  whole text := '';
BEGIN
  FOR base IN SELECT b FROM redshift_bases(view) b ORDER BY b LOOP
    EXECUTE format('SELECT concat_ws('':'', count(*), sum(xmin::text::numeric), sum(hashtext(ctid::text))) FROM %s',
      base::regclass) INTO part;
    whole := whole || base || '=' || part || ' ';
  END LOOP;
  RETURN whole;
END
$$;

-- what a new materialized view must not rest on, NULL when there is nothing of it
CREATE FUNCTION redshift_materialized_flaw(view oid) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(
     (SELECT min('relation ' || c.relname || ', which is not a table') FROM pg_catalog.pg_class c
      WHERE c.oid IN (SELECT redshift_bases(view)) AND c.relkind <> 'r'),
     (SELECT min('relation ' || c.relname || ', which has row-level security') FROM pg_catalog.pg_class c
      WHERE c.oid IN (SELECT redshift_bases(view)) AND c.relrowsecurity),
     (SELECT min('relation ' || c.relname || ', which has masking policies') FROM pg_catalog.pg_class c
      WHERE c.oid IN (SELECT redshift_bases(view))
      AND EXISTS (SELECT FROM redshift_masking_attachment a WHERE a.reloid = c.oid)),
     (SELECT min('user-defined function ' || p.proname) FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
      WHERE r.ev_class = view AND d.refclassid = 'pg_proc'::regclass
      AND p.pronamespace <> 'pg_catalog'::regnamespace)) $$;

-- a materialized view over a table
CREATE FUNCTION redshift_materialized_over(relation oid) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT min(c.relname) FROM pg_catalog.redshift_materialized m JOIN pg_catalog.pg_class c ON c.oid = m.reloid
   WHERE relation IN (SELECT redshift_bases(m.reloid)) $$;

REVOKE EXECUTE ON FUNCTION redshift_fingerprint(oid), redshift_materialized_flaw(oid),
  redshift_materialized_over(oid) FROM PUBLIC;

CREATE FUNCTION redshift_materialized_views() RETURNS TABLE (
  db_name text, schema text, name text, is_stale bool, owner_user_name text, incremental bool, autorefresh bool)
LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT current_database()::text, n.nspname::text, c.relname::text,
   m.mutable OR m.fingerprint IS DISTINCT FROM pg_catalog.redshift_fingerprint(c.oid),
   pg_catalog.redshift_principal(o.rolname)::text, m.incremental, m.autorefresh
   FROM pg_catalog.redshift_materialized m JOIN pg_catalog.pg_class c ON c.oid = m.reloid
   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
   WHERE has_schema_privilege(session_user, n.oid, 'USAGE') $$;

CREATE VIEW stv_mv_info AS
SELECT db_name::char(128) AS db_name, schema::char(128) AS schema, name::char(128) AS name,
  NULL::bigint AS updated_upto_xid, CASE WHEN is_stale THEN 't' ELSE 'f' END::char(1) AS is_stale,
  owner_user_name::char(128) AS owner_user_name, incremental::int AS state, 'f'::char(1) AS autorewrite,
  CASE WHEN autorefresh THEN 't' ELSE 'f' END::char(1) AS autorefresh
FROM redshift_materialized_views();

CREATE VIEW svv_mv_info AS
SELECT db_name AS database_name, schema AS schema_name, owner_user_name AS user_name, name, is_stale, state,
  autorefresh, autorewrite
FROM stv_mv_info;

GRANT SELECT ON stv_mv_info, svv_mv_info TO PUBLIC;

CREATE OR REPLACE FUNCTION redshift_forget_dropped() RETURNS void LANGUAGE sql AS
$$ DELETE FROM redshift_rls_attachment WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_rls_relation WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_masking_attachment WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_view WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_materialized WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_procedure r WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.oid = r.oid) $$;

RESET search_path;
