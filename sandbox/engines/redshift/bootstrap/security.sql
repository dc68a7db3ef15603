-- Who sees which rows: row-level security by PostgreSQL's own, with policies that ask for the
-- session's user, whoever owns a view in between.
-- https://docs.aws.amazon.com/redshift/latest/dg/t_rls.html

SET search_path TO pg_catalog;

CREATE TABLE redshift_rls_policy (
  name text PRIMARY KEY, alias text, declared jsonb, columns text, expression text, shown text, modified_by text,
  modified timestamp DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'));
CREATE TABLE redshift_rls_attachment (
  policy text, reloid oid, grantee oid, grantor text, PRIMARY KEY (policy, reloid, grantee));
CREATE TABLE redshift_rls_relation (
  reloid oid PRIMARY KEY, is_on bool DEFAULT false, conjunction text DEFAULT 'and',
  datashare_on bool DEFAULT true, datashare_conjunction text DEFAULT 'and');
REVOKE ALL ON redshift_rls_policy, redshift_rls_attachment, redshift_rls_relation FROM PUBLIC;

-- Of Redshift's system-defined roles the one that acts here. System permissions are roles too.
CREATE ROLE "role:sys:secadmin";
CREATE ROLE "system:IGNORE RLS";
CREATE ROLE "system:EXPLAIN RLS";
CREATE ROLE "system:EXPLAIN MASKING";
-- owns what views a superuser makes: PostgreSQL asks for no policy of a superuser's view
CREATE ROLE "system:views";
GRANT pg_read_all_data TO "system:views";

-- the session's user, its roles and groups and those that these have, and PUBLIC
CREATE FUNCTION redshift_identities() RETURNS oid[] LANGUAGE sql STABLE AS
$$ WITH RECURSIVE mine (id) AS (
     SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user
     UNION
     SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN mine ON mine.id = m.member)
   SELECT pg_catalog.array_agg(id) || 0::pg_catalog.oid FROM mine $$;

CREATE FUNCTION redshift_is(role text) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user)
   OR (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = role) = ANY (pg_catalog.redshift_identities()) $$;

CREATE FUNCTION redshift_is_secadmin() RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT pg_catalog.redshift_is('role:sys:secadmin') $$;

CREATE FUNCTION redshift_ignores_rls() RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT pg_catalog.redshift_is_secadmin() OR pg_catalog.redshift_is('system:IGNORE RLS') $$;

-- whether a policy, or any, is attached to the user for a table
CREATE FUNCTION redshift_has_rls(relation oid, name text DEFAULT NULL) RETURNS bool
LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT EXISTS (SELECT FROM pg_catalog.redshift_rls_attachment a
     WHERE a.reloid = relation AND (name IS NULL OR a.policy = name)
     AND a.grantee = ANY (pg_catalog.redshift_identities())) $$;

-- make a table's policies in PostgreSQL anew
CREATE FUNCTION redshift_apply_rls(relation oid) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
  state redshift_rls_relation;
  old text;
  predicate text;
BEGIN
  FOR old IN SELECT polname FROM pg_policy WHERE polrelid = relation LOOP
    EXECUTE format('DROP POLICY %I ON %s', old, relation::regclass);
  END LOOP;
  SELECT * INTO state FROM redshift_rls_relation WHERE reloid = relation;
  IF NOT coalesce(state.is_on, false) THEN
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', relation::regclass);
    RETURN;
  END IF;
  SELECT string_agg(format(CASE state.conjunction
      WHEN 'or' THEN '((SELECT pg_catalog.redshift_has_rls(%s, %L)) AND (%s))'
      ELSE '((SELECT NOT pg_catalog.redshift_has_rls(%s, %L)) OR (%s))' END,
      relation, p.name, p.expression), ' ' || state.conjunction || ' ')
    INTO predicate
    FROM redshift_rls_policy p
    WHERE EXISTS (SELECT FROM redshift_rls_attachment a WHERE a.policy = p.name AND a.reloid = relation);
  EXECUTE format(
    'CREATE POLICY redshift ON %s USING ((SELECT pg_catalog.redshift_ignores_rls())'
    ' OR ((SELECT pg_catalog.redshift_has_rls(%s)) AND (%s))) WITH CHECK (true)',
    relation::regclass, relation, coalesce(predicate, 'false'));
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', relation::regclass);
END
$$;

-- the policy of a table, if there is one, that rests on a column
CREATE FUNCTION redshift_policy_on(relation oid, name text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT min('RLS policy "' || p.name || '"') FROM redshift_rls_policy p
   JOIN redshift_rls_attachment a ON a.policy = p.name, jsonb_array_elements(p.declared) c
   WHERE a.reloid = relation AND c ->> 0 = redshift_policy_on.name $$;

-- a policy that is attached to a user or role
CREATE FUNCTION redshift_attached_to(role text) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT min('RLS policy "' || a.policy || '"') FROM redshift_rls_attachment a
   JOIN pg_roles r ON r.oid = a.grantee JOIN pg_class c ON c.oid = a.reloid WHERE r.rolname = role $$;

-- what EXPLAIN shows of a policy's condition is for who may see it
CREATE FUNCTION redshift_may_explain() RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT pg_catalog.redshift_is('system:EXPLAIN RLS')
   OR NOT EXISTS (SELECT FROM pg_catalog.redshift_rls_relation WHERE is_on) $$;

CREATE FUNCTION redshift_disown_views() RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
  made regclass;
BEGIN
  FOR made IN SELECT c.oid FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
    WHERE c.relkind = 'v' AND r.rolsuper AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  LOOP
    EXECUTE format('ALTER VIEW %s OWNER TO "system:views"', made);
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION redshift_apply_rls(oid), redshift_policy_on(oid, text),
  redshift_attached_to(text), redshift_disown_views() FROM PUBLIC;

CREATE FUNCTION redshift_grantee(id oid) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce((SELECT pg_catalog.redshift_principal(rolname) FROM pg_catalog.pg_roles WHERE oid = id), 'public') $$;
CREATE FUNCTION redshift_grantee_kind(id oid) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT pg_catalog.redshift_principal_type((SELECT rolname::text FROM pg_catalog.pg_roles WHERE oid = id)) $$;

-- a superuser or sys:secadmin sees these, others see no row

CREATE VIEW svv_rls_policy AS
SELECT current_database()::text AS poldb, name AS polname, alias AS polalias, columns AS polatts,
  shown AS polqual, true AS polenabled, modified_by AS polmodifiedby, modified AS polmodifiedtime
FROM redshift_rls_policy WHERE redshift_is_secadmin();

CREATE VIEW svv_rls_attached_policy AS
SELECT r.nspname::text AS relschema, r.relname::text AS relname, 'table'::text AS relkind, a.policy AS polname,
  a.grantor, redshift_grantee(a.grantee) AS grantee, redshift_grantee_kind(a.grantee) AS granteekind,
  true AS is_pol_on, coalesce(s.is_on, false) AS is_rls_on,
  coalesce(s.conjunction, 'and')::char(3) AS rls_conjunction_type
FROM redshift_rls_attachment a JOIN redshift_relation r ON r.oid = a.reloid
LEFT JOIN redshift_rls_relation s ON s.reloid = a.reloid WHERE redshift_is_secadmin();

CREATE VIEW svv_rls_relation AS
SELECT current_database()::text AS datname, r.nspname::text AS relschema, r.relname::text AS relname,
  'table'::text AS relkind, s.is_on AS is_rls_on, s.datashare_on AS is_rls_datashare_on,
  s.conjunction::char(3) AS rls_conjunction_type, s.datashare_conjunction::char(3) AS rls_datashare_conjunction_type
FROM redshift_rls_relation s JOIN redshift_relation r ON r.oid = s.reloid WHERE redshift_is_secadmin();

CREATE VIEW svv_system_privileges AS
SELECT split_part(p.rolname, ':', 2) AS system_privilege, m.member::int AS identity_id,
  redshift_grantee(m.member) AS identity_name, redshift_grantee_kind(m.member) AS identity_type,
  false AS admin_option
FROM pg_auth_members m JOIN pg_roles p ON p.oid = m.roleid
WHERE p.rolname LIKE 'system:%' AND redshift_sees_grant(m.member);

GRANT SELECT ON svv_rls_policy, svv_rls_attached_policy, svv_rls_relation, svv_system_privileges TO PUBLIC;

RESET search_path;
