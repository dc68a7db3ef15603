-- Numbers: functions that PostgreSQL has for other types only.
-- https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html

SET search_path TO pg_catalog;

CREATE FUNCTION round(value float8, places int) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT round(value::numeric, places)::float8 $$;
CREATE FUNCTION trunc(value float8, places int) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT trunc(value::numeric, places)::float8 $$;
-- else an integer would be taken for one of these
DO $$
DECLARE
  whole text;
BEGIN
  FOREACH whole IN ARRAY ARRAY['smallint', 'int', 'bigint'] LOOP
    EXECUTE format('CREATE FUNCTION round(value %s, places int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT'
      ' AS %L', whole, 'SELECT round(value::numeric, places)');
    EXECUTE format('CREATE FUNCTION trunc(value %s, places int) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT'
      ' AS %L', whole, 'SELECT trunc(value::numeric, places)');
  END LOOP;
END
$$;

RESET search_path;
