-- Who sees which values: the gate reads a table through its masks (masking.py), which ask for the
-- session's user, whoever owns a view in between.
-- https://docs.aws.amazon.com/redshift/latest/dg/t_ddm.html

SET search_path TO pg_catalog;

-- expressions are a list of SQL, one for each output column of an attachment; shown is the list as
-- the system view has it, kinds their types
CREATE TABLE redshift_masking_policy (
  name text PRIMARY KEY, alias text, declared jsonb, columns text, expressions jsonb, shown text, modified_by text,
  modified timestamp DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'));
CREATE TABLE redshift_masking_attachment (
  policy text, reloid oid, grantee oid, grantor text, priority int, inputs text[], outputs text[]);
-- what views were made of, to make them anew when the masks of their tables change
CREATE TABLE redshift_view (reloid oid PRIMARY KEY, query text);
REVOKE ALL ON redshift_masking_policy, redshift_masking_attachment, redshift_view FROM PUBLIC;

CREATE FUNCTION redshift_any_masks() RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT EXISTS (SELECT FROM pg_catalog.redshift_masking_attachment) $$;

-- the priority of the mask of a column that applies to the user; NULL when none does
CREATE FUNCTION redshift_mask(relation oid, name text) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT max(a.priority) FROM pg_catalog.redshift_masking_attachment a
   WHERE a.reloid = relation AND name = ANY (a.outputs) AND a.grantee = ANY (pg_catalog.redshift_identities()) $$;

CREATE FUNCTION redshift_is_masked(relation oid) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT EXISTS (SELECT FROM pg_catalog.redshift_masking_attachment a
     WHERE a.reloid = relation AND a.grantee = ANY (pg_catalog.redshift_identities())) $$;

-- a mask's text, which has to fit into the column
CREATE FUNCTION redshift_fit(value text, bytes int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
$$
BEGIN
  IF bytes > 0 AND octet_length(value) > bytes THEN
    RAISE EXCEPTION 'value too long for type character varying(%)', bytes USING ERRCODE = '22001';
  END IF;
  RETURN value;
END
$$;

-- the masked columns of a table, each with the SQL that gives what the session's user may see
CREATE FUNCTION redshift_masked(relation oid) RETURNS TABLE (name text, expression text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT c.attname::text, format('CASE (SELECT pg_catalog.redshift_mask(%s, %L)) %s ELSE %I END', relation, c.attname,
     string_agg(format(
       CASE WHEN c.atttypid IN (1042, 1043) THEN 'WHEN %s THEN pg_catalog.redshift_fit((%s)::text, %s)::%s'
         ELSE 'WHEN %s THEN (%s)::%4$s' END,
       a.priority,
       format('SELECT %s FROM (SELECT %s) AS masked_table',
         p.expressions ->> (array_position(a.outputs, c.attname::text) - 1),
         (SELECT string_agg(format('%I AS %I', a.inputs[d.place], d.pair ->> 0), ', ' ORDER BY d.place)
          FROM jsonb_array_elements(p.declared) WITH ORDINALITY d (pair, place))),
       greatest(c.atttypmod - 4, 0), format_type(c.atttypid, c.atttypmod)),
       ' ' ORDER BY a.priority DESC), c.attname)
   FROM redshift_masking_attachment a JOIN redshift_masking_policy p ON p.name = a.policy
   JOIN pg_attribute c ON c.attrelid = a.reloid AND c.attname = ANY (a.outputs) AND NOT c.attisdropped
   WHERE a.reloid = relation GROUP BY c.attname, c.atttypid, c.atttypmod $$;

-- after a table or view has been dropped
CREATE FUNCTION redshift_forget_dropped() RETURNS void LANGUAGE sql AS
$$ DELETE FROM redshift_rls_attachment WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_rls_relation WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_masking_attachment WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid);
   DELETE FROM redshift_view WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = reloid) $$;
REVOKE EXECUTE ON FUNCTION redshift_forget_dropped() FROM PUBLIC;

-- what security.sql says of row-level security holds for masks too

CREATE OR REPLACE FUNCTION redshift_policy_on(relation oid, name text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(
     (SELECT min('RLS policy "' || p.name || '"') FROM redshift_rls_policy p
      JOIN redshift_rls_attachment a ON a.policy = p.name, jsonb_array_elements(p.declared) c
      WHERE a.reloid = relation AND c ->> 0 = redshift_policy_on.name),
     (SELECT min('masking policy "' || a.policy || '"') FROM redshift_masking_attachment a
      WHERE a.reloid = relation AND redshift_policy_on.name = ANY (a.inputs || a.outputs))) $$;

CREATE OR REPLACE FUNCTION redshift_attached_to(role text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT min(a.policy) FROM (
     SELECT 'RLS policy "' || policy || '"', grantee, reloid FROM redshift_rls_attachment
     UNION ALL SELECT 'masking policy "' || policy || '"', grantee, reloid FROM redshift_masking_attachment
   ) a (policy, grantee, reloid)
   JOIN pg_roles r ON r.oid = a.grantee JOIN pg_class c ON c.oid = a.reloid WHERE r.rolname = role $$;

CREATE OR REPLACE FUNCTION redshift_may_explain() RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT (pg_catalog.redshift_is('system:EXPLAIN RLS')
     OR NOT EXISTS (SELECT FROM pg_catalog.redshift_rls_relation WHERE is_on))
   AND (pg_catalog.redshift_is('system:EXPLAIN MASKING') OR NOT pg_catalog.redshift_any_masks()) $$;

-- a superuser or sys:secadmin sees these, others see no row

CREATE VIEW svv_masking_policy AS
SELECT current_database()::text AS policy_database, name AS policy_name, columns AS input_columns,
  shown AS policy_expression, modified_by AS policy_modified_by, modified AS policy_modified_time
FROM redshift_masking_policy WHERE redshift_is_secadmin();

CREATE VIEW svv_attached_masking_policy AS
SELECT a.policy AS policy_name, r.nspname::text AS schema_name, r.relname::text AS table_name, 'table'::text AS table_type,
  a.grantor, redshift_grantee(a.grantee) AS grantee, redshift_grantee_kind(a.grantee) AS grantee_type, a.priority,
  replace(to_json(a.inputs)::text, ', ', ',') AS input_columns, replace(to_json(a.outputs)::text, ', ', ',') AS output_columns,
  true AS is_masking_datashare_on
FROM redshift_masking_attachment a JOIN redshift_relation r ON r.oid = a.reloid WHERE redshift_is_secadmin();

GRANT SELECT ON svv_masking_policy, svv_attached_masking_policy TO PUBLIC;

RESET search_path;
