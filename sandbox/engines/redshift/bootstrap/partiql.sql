-- Paths into SUPER values, their arrays as rows, casts and comparisons: what does not fit is NULL.
-- https://docs.aws.amazon.com/redshift/latest/dg/query-super.html

SET search_path TO pg_catalog;

CREATE FUNCTION redshift_at(value jsonb, attribute text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'object' THEN value -> attribute END $$;
CREATE FUNCTION redshift_at(value jsonb, place bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'array' AND place < jsonb_array_length(value) THEN value -> place::int END $$;

CREATE FUNCTION redshift_unnest(value jsonb) RETURNS SETOF jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT jsonb_array_elements(CASE WHEN jsonb_typeof(value) = 'array' THEN value ELSE '[]' END) $$;
CREATE FUNCTION redshift_unnest_at(value jsonb) RETURNS TABLE (element jsonb, place bigint)
LANGUAGE sql IMMUTABLE AS
$$ SELECT e, n - 1 FROM redshift_unnest(value) WITH ORDINALITY elements (e, n) $$;
CREATE FUNCTION redshift_unpivot_at(super jsonb) RETURNS TABLE (element jsonb, attribute text)
LANGUAGE sql IMMUTABLE AS
$$ SELECT value, key FROM jsonb_each(CASE WHEN jsonb_typeof(super) = 'object' THEN super ELSE '{}' END) $$;
CREATE FUNCTION redshift_unpivot(super jsonb) RETURNS SETOF jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT element FROM redshift_unpivot_at(super) $$;

-- casts

CREATE FUNCTION redshift_super_text(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) IN ('string', 'number', 'boolean') THEN value #>> '{}' END $$;
CREATE FUNCTION redshift_super_varchar(value jsonb) RETURNS varchar LANGUAGE sql IMMUTABLE AS
$$ SELECT redshift_super_text(value)::varchar $$;
CREATE FUNCTION redshift_super_bpchar(value jsonb) RETURNS bpchar LANGUAGE sql IMMUTABLE AS
$$ SELECT redshift_super_text(value)::bpchar $$;
CREATE FUNCTION redshift_super_numeric(value jsonb) RETURNS numeric LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) <> 'boolean' AND pg_input_is_valid(redshift_super_text(value), 'numeric')
  THEN redshift_super_text(value)::numeric END $$;
CREATE FUNCTION redshift_super_whole(value jsonb, bits int) RETURNS numeric LANGUAGE sql STABLE AS
$$ SELECT CASE
  WHEN jsonb_typeof(value) = 'string' AND NOT pg_input_is_valid(value #>> '{}', 'bigint') THEN NULL
  WHEN round(redshift_super_numeric(value)) BETWEEN -(2::numeric ^ (bits - 1)) AND 2::numeric ^ (bits - 1) - 1
    THEN round(redshift_super_numeric(value)) END $$;
CREATE FUNCTION redshift_super_int2(value jsonb) RETURNS smallint LANGUAGE sql STABLE AS
$$ SELECT redshift_super_whole(value, 16)::smallint $$;
CREATE FUNCTION redshift_super_int4(value jsonb) RETURNS int LANGUAGE sql STABLE AS
$$ SELECT redshift_super_whole(value, 32)::int $$;
CREATE FUNCTION redshift_super_int8(value jsonb) RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT redshift_super_whole(value, 64)::bigint $$;
CREATE FUNCTION redshift_super_float4(value jsonb) RETURNS real LANGUAGE sql STABLE AS
$$ SELECT redshift_super_numeric(value)::real $$;
CREATE FUNCTION redshift_super_float8(value jsonb) RETURNS float8 LANGUAGE sql STABLE AS
$$ SELECT redshift_super_numeric(value)::float8 $$;
-- a number with a scale is no boolean
CREATE FUNCTION redshift_super_bool(value jsonb) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT CASE jsonb_typeof(value)
  WHEN 'boolean' THEN (value #>> '{}')::bool
  WHEN 'number' THEN CASE WHEN scale((value #>> '{}')::numeric) = 0 THEN (value #>> '{}')::numeric <> 0 END
  WHEN 'string' THEN CASE WHEN pg_input_is_valid(value #>> '{}', 'bool') THEN (value #>> '{}')::bool END END $$;
CREATE FUNCTION redshift_super_date(value jsonb) RETURNS date LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'string' AND pg_input_is_valid(value #>> '{}', 'date')
  THEN (value #>> '{}')::date END $$;
CREATE FUNCTION redshift_super_timestamp(value jsonb) RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'string' AND pg_input_is_valid(value #>> '{}', 'timestamp')
  THEN (value #>> '{}')::timestamp END $$;
CREATE FUNCTION redshift_super_timestamptz(value jsonb) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'string' AND pg_input_is_valid(value #>> '{}', 'timestamptz')
  THEN (value #>> '{}')::timestamptz END $$;

-- PostgreSQL's own casts raise errors
UPDATE pg_cast SET castfunc = ('redshift_super_' || (SELECT typname FROM pg_type WHERE oid = casttarget) || '(jsonb)')::regprocedure
WHERE castsource = 'jsonb'::regtype AND castfunc <> 0;
CREATE CAST (jsonb AS text) WITH FUNCTION redshift_super_text(jsonb);
CREATE CAST (jsonb AS varchar) WITH FUNCTION redshift_super_varchar(jsonb);
CREATE CAST (jsonb AS bpchar) WITH FUNCTION redshift_super_bpchar(jsonb);
CREATE CAST (jsonb AS date) WITH FUNCTION redshift_super_date(jsonb);
CREATE CAST (jsonb AS timestamp) WITH FUNCTION redshift_super_timestamp(jsonb);
CREATE CAST (jsonb AS timestamptz) WITH FUNCTION redshift_super_timestamptz(jsonb);

DO $$
DECLARE
  other text;
BEGIN
  FOREACH other IN ARRAY ARRAY['bool', 'smallint', 'int', 'bigint', 'numeric', 'real', 'float8'] LOOP
    EXECUTE format('CREATE FUNCTION redshift_super(value %s) RETURNS jsonb LANGUAGE sql STABLE AS %L',
      other, 'SELECT to_jsonb(value)');
    EXECUTE format('CREATE CAST (%1$s AS jsonb) WITH FUNCTION redshift_super(%1$s) AS ASSIGNMENT', other);
  END LOOP;
END
$$;

-- comparisons with other types: values of two types are not equal, and neither is the smaller one

DO $$
DECLARE
  other text;
  operator record;
BEGIN
  FOREACH other IN ARRAY ARRAY['text', 'bool', 'smallint', 'int', 'bigint', 'numeric', 'real', 'float8'] LOOP
    FOR operator IN
      SELECT * FROM (VALUES ('=', 'eq', 'eq'), ('<>', 'ne', 'ne'), ('<', 'lt', 'gt'), ('>', 'gt', 'lt'),
        ('<=', 'le', 'ge'), ('>=', 'ge', 'le')) operators (sign, name, turned)
    LOOP
      EXECUTE format(
        'CREATE FUNCTION redshift_super_%1$s(a jsonb, b %2$s) RETURNS bool LANGUAGE sql STABLE AS %3$L',
        operator.name, other, CASE WHEN operator.name IN ('eq', 'ne')
        THEN format('SELECT jsonb_%s(a, to_jsonb(b))', operator.name)
        ELSE format('SELECT CASE WHEN jsonb_typeof(a) = jsonb_typeof(to_jsonb(b)) THEN jsonb_%s(a, to_jsonb(b)) END', operator.name)
        END);
      EXECUTE format('CREATE OPERATOR %s (leftarg = jsonb, rightarg = %s, function = redshift_super_%s)',
        operator.sign, other, operator.name);
    END LOOP;
    FOR operator IN
      SELECT * FROM (VALUES ('=', 'eq', 'eq'), ('<>', 'ne', 'ne'), ('<', 'lt', 'gt'), ('>', 'gt', 'lt'),
        ('<=', 'le', 'ge'), ('>=', 'ge', 'le')) operators (sign, name, turned)
    LOOP
      EXECUTE format(
        'CREATE FUNCTION redshift_super_%1$s(a %2$s, b jsonb) RETURNS bool LANGUAGE sql STABLE AS %3$L',
        operator.name, other, format('SELECT redshift_super_%s(b, a)', operator.turned));
      EXECUTE format('CREATE OPERATOR %s (leftarg = %s, rightarg = jsonb, function = redshift_super_%s)',
        operator.sign, other, operator.name);
    END LOOP;
  END LOOP;
END
$$;

-- PostgreSQL would delete what is subtracted
DELETE FROM pg_operator WHERE oprname = '-' AND oprleft = 'jsonb'::regtype;

-- patterns

CREATE FUNCTION redshift_super_like(a jsonb, b text) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(a) = 'string' THEN (a #>> '{}') LIKE b END $$;
CREATE FUNCTION redshift_super_not_like(a jsonb, b text) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(a) = 'string' THEN (a #>> '{}') NOT LIKE b END $$;
CREATE FUNCTION redshift_super_ilike(a jsonb, b text) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(a) = 'string' THEN (a #>> '{}') ILIKE b END $$;
CREATE FUNCTION redshift_super_not_ilike(a jsonb, b text) RETURNS bool LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN jsonb_typeof(a) = 'string' THEN (a #>> '{}') NOT ILIKE b END $$;
CREATE OPERATOR ~~ (leftarg = jsonb, rightarg = text, function = redshift_super_like);
CREATE OPERATOR !~~ (leftarg = jsonb, rightarg = text, function = redshift_super_not_like);
CREATE OPERATOR ~~* (leftarg = jsonb, rightarg = text, function = redshift_super_ilike);
CREATE OPERATOR !~~* (leftarg = jsonb, rightarg = text, function = redshift_super_not_ilike);

RESET search_path;
