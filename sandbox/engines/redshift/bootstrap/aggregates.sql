-- Aggregates that PostgreSQL lacks, or has with another meaning (redshift_…), and VERSION.
-- https://docs.aws.amazon.com/redshift/latest/dg/c_Aggregate_Functions.html

SET search_path TO pg_catalog;

-- MEDIAN, with a window too: DECIMAL for integers

CREATE FUNCTION redshift_middle(state anyarray) RETURNS anyarray LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT array_agg(v ORDER BY v) FROM (SELECT v FROM unnest(state) v ORDER BY v
  OFFSET (cardinality(state) - 1) / 2 LIMIT 2 - cardinality(state) % 2) middle $$;
CREATE FUNCTION redshift_median(state smallint[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT round(avg(v), 1) FROM unnest(redshift_middle(state)) v $$;
CREATE FUNCTION redshift_median(state integer[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT round(avg(v), 1) FROM unnest(redshift_middle(state)) v $$;
CREATE FUNCTION redshift_median(state bigint[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT round(avg(v), 1) FROM unnest(redshift_middle(state)) v $$;
CREATE FUNCTION redshift_median(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT trim_scale(avg(v)) FROM unnest(redshift_middle(state)) v $$;
CREATE FUNCTION redshift_median(state float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT avg(v) FROM unnest(redshift_middle(state)) v $$;
CREATE FUNCTION redshift_median_state(state anyarray, value anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL THEN state ELSE state || value END $$;
CREATE AGGREGATE median(smallint)
  (sfunc = redshift_median_state, stype = smallint[], initcond = '{}', finalfunc = redshift_median);
CREATE AGGREGATE median(integer)
  (sfunc = redshift_median_state, stype = integer[], initcond = '{}', finalfunc = redshift_median);
CREATE AGGREGATE median(bigint)
  (sfunc = redshift_median_state, stype = bigint[], initcond = '{}', finalfunc = redshift_median);
CREATE AGGREGATE median(numeric)
  (sfunc = redshift_median_state, stype = numeric[], initcond = '{}', finalfunc = redshift_median);
CREATE AGGREGATE median(float8)
  (sfunc = redshift_median_state, stype = float8[], initcond = '{}', finalfunc = redshift_median);

-- AVG of integers is an integer

CREATE FUNCTION redshift_avg_final(state bigint[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN state[1] > 0 THEN state[2] / state[1] END $$;
CREATE AGGREGATE redshift_avg(smallint)
  (sfunc = int2_avg_accum, stype = bigint[], initcond = '{0,0}', finalfunc = redshift_avg_final);
CREATE AGGREGATE redshift_avg(integer)
  (sfunc = int4_avg_accum, stype = bigint[], initcond = '{0,0}', finalfunc = redshift_avg_final);
CREATE FUNCTION redshift_bigint_sum(state numeric[], value bigint) RETURNS numeric[]
LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL THEN state ELSE ARRAY[state[1] + 1, state[2] + value] END $$;
CREATE FUNCTION redshift_bigint_avg(state numeric[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN state[1] > 0 THEN trunc(state[2] / state[1])::bigint END $$;
CREATE AGGREGATE redshift_avg(bigint) (
  sfunc = redshift_bigint_sum, stype = numeric[], initcond = '{0,0}', finalfunc = redshift_bigint_avg);
-- AVG of DECIMAL has the scale of its argument: further digits are cut off
CREATE FUNCTION redshift_numeric_sum(state numeric[], value numeric) RETURNS numeric[]
LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL THEN state ELSE ARRAY[state[1] + 1, state[2] + value] END $$;
CREATE FUNCTION redshift_numeric_avg(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN state[1] > 0 THEN
  round(div(state[2] * power(10::numeric, scale(state[2])), state[1]) / power(10::numeric, scale(state[2])),
    scale(state[2])) END $$;
CREATE AGGREGATE redshift_avg(numeric) (
  sfunc = redshift_numeric_sum, stype = numeric[], initcond = '{0,0}', finalfunc = redshift_numeric_avg);
CREATE AGGREGATE redshift_avg(float8)
  (sfunc = float8_accum, stype = float8[], initcond = '{0,0,0}', finalfunc = float8_avg);
CREATE AGGREGATE redshift_avg(float4)
  (sfunc = float4_accum, stype = float8[], initcond = '{0,0,0}', finalfunc = float8_avg);

CREATE FUNCTION redshift_version() RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.0' $$;

RESET search_path;
