-- Functions that Redshift has and PostgreSQL lacks, or has with another meaning (redshift_…).
-- https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html

SET search_path TO pg_catalog;

-- dates and times

CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT (statement_timestamp() AT TIME ZONE 'UTC')::timestamp(0) $$;

CREATE FUNCTION redshift_sysdate() RETURNS timestamp LANGUAGE sql STABLE AS
$$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' $$;

CREATE FUNCTION redshift_date_part_name(part text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
BEGIN
  RETURN CASE
    WHEN lower(part) IN ('millennium', 'millennia', 'mil', 'mils') THEN 'millennium'
    WHEN lower(part) IN ('century', 'centuries', 'c', 'cent', 'cents') THEN 'century'
    WHEN lower(part) IN ('decade', 'decades', 'dec', 'decs') THEN 'decade'
    WHEN lower(part) IN ('year', 'years', 'y', 'yr', 'yrs') THEN 'year'
    WHEN lower(part) IN ('quarter', 'quarters', 'qtr', 'qtrs') THEN 'quarter'
    WHEN lower(part) IN ('month', 'months', 'mon', 'mons') THEN 'month'
    WHEN lower(part) IN ('week', 'weeks', 'w') THEN 'week'
    WHEN lower(part) IN ('day', 'days', 'd') THEN 'day'
    WHEN lower(part) IN ('hour', 'hours', 'h', 'hr', 'hrs') THEN 'hour'
    WHEN lower(part) IN ('minute', 'minutes', 'm', 'min', 'mins') THEN 'minute'
    WHEN lower(part) IN ('second', 'seconds', 's', 'sec', 'secs') THEN 'second'
    WHEN lower(part) IN ('millisecond', 'milliseconds', 'ms', 'msec', 'msecs', 'msecond',
      'mseconds', 'millisec', 'millisecs', 'millisecon') THEN 'milliseconds'
    WHEN lower(part) IN ('microsecond', 'microseconds', 'microsec', 'microsecs', 'microsecond',
      'usecond', 'useconds', 'us', 'usec', 'usecs') THEN 'microseconds'
    WHEN lower(part) IN ('dayofweek', 'dow', 'dw', 'weekday') THEN 'dow'
    WHEN lower(part) IN ('dayofyear', 'doy', 'dy', 'yearday') THEN 'doy'
    WHEN lower(part) = 'epoch' THEN 'epoch'
    WHEN lower(part) IN ('timezone', 'timezone_hour', 'timezone_minute') THEN lower(part)
    ELSE NULL
  END;
END
$$;

CREATE FUNCTION redshift_known_date_part(part text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  known text := redshift_date_part_name(part);
BEGIN
  IF known IS NULL THEN
    RAISE EXCEPTION 'date part "%" is not supported', part USING ERRCODE = '22023';
  END IF;
  RETURN known;
END
$$;

CREATE FUNCTION redshift_interval(part text, number bigint) RETURNS interval
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT number * CASE redshift_known_date_part(part)
  WHEN 'quarter' THEN interval '3 months'
  ELSE ('1 ' || redshift_known_date_part(part))::interval END $$;

CREATE FUNCTION dateadd(part text, number bigint, moment timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT moment + redshift_interval(part, number) $$;
CREATE FUNCTION dateadd(part text, number bigint, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE STRICT AS $$ SELECT moment + redshift_interval(part, number) $$;
CREATE FUNCTION dateadd(part text, number bigint, moment date) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT moment::timestamp + redshift_interval(part, number) $$;

-- the number of boundaries of a part between two moments, not of whole parts
CREATE FUNCTION datediff(part text, earlier timestamp, later timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE redshift_known_date_part(part)
  WHEN 'millennium' THEN floor(extract(year FROM later) / 1000) - floor(extract(year FROM earlier) / 1000)
  WHEN 'century' THEN floor(extract(year FROM later) / 100) - floor(extract(year FROM earlier) / 100)
  WHEN 'decade' THEN floor(extract(year FROM later) / 10) - floor(extract(year FROM earlier) / 10)
  WHEN 'year' THEN extract(year FROM later) - extract(year FROM earlier)
  WHEN 'quarter' THEN extract(year FROM later) * 4 + extract(quarter FROM later)
    - extract(year FROM earlier) * 4 - extract(quarter FROM earlier)
  WHEN 'month' THEN extract(year FROM later) * 12 + extract(month FROM later)
    - extract(year FROM earlier) * 12 - extract(month FROM earlier)
  WHEN 'week' THEN (date_trunc('week', later)::date - date_trunc('week', earlier)::date) / 7
  WHEN 'day' THEN later::date - earlier::date
  WHEN 'hour' THEN extract(epoch FROM date_trunc('hour', later) - date_trunc('hour', earlier)) / 3600
  WHEN 'minute' THEN extract(epoch FROM date_trunc('minute', later) - date_trunc('minute', earlier)) / 60
  WHEN 'second' THEN extract(epoch FROM date_trunc('second', later) - date_trunc('second', earlier))
  WHEN 'milliseconds' THEN extract(epoch FROM date_trunc('milliseconds', later) - date_trunc('milliseconds', earlier)) * 1000
  WHEN 'microseconds' THEN extract(epoch FROM later - earlier) * 1000000
END::bigint $$;
CREATE FUNCTION datediff(part text, earlier timestamptz, later timestamptz) RETURNS bigint
LANGUAGE sql STABLE STRICT AS
$$ SELECT datediff(part, earlier AT TIME ZONE 'UTC', later AT TIME ZONE 'UTC') $$;
CREATE FUNCTION datediff(part text, earlier date, later date) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT datediff(part, earlier::timestamp, later::timestamp) $$;

CREATE FUNCTION redshift_date_part(part text, moment timestamp) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT trunc(extract(epoch FROM date_trunc('second', moment)))::int
   WHERE redshift_known_date_part(part) = 'epoch'
   UNION ALL SELECT trunc(date_part(redshift_known_date_part(part), moment)::numeric)::int
   WHERE redshift_known_date_part(part) <> 'epoch' $$;
CREATE FUNCTION redshift_date_part(part text, moment date) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_date_part(part, moment::timestamp) $$;
CREATE FUNCTION redshift_date_part(part text, moment timestamptz) RETURNS float8
LANGUAGE sql STABLE STRICT AS $$ SELECT date_part(redshift_known_date_part(part), moment) $$;
CREATE FUNCTION redshift_date_part(part text, moment time) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT trunc(date_part(redshift_known_date_part(part), moment)::numeric)::int $$;
CREATE FUNCTION redshift_date_part(part text, duration interval) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_part(redshift_known_date_part(part), duration) $$;

CREATE FUNCTION date_part_year(day date) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT extract(year FROM day)::int $$;
CREATE FUNCTION last_day(day timestamp) RETURNS date
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT (date_trunc('month', day) + interval '1 month - 1 day')::date $$;
-- the last day of a month stays the last day
CREATE FUNCTION add_months(day timestamp, number bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN day::date = last_day(day)
  THEN last_day(day + number * interval '1 month') + day::time
  ELSE day + number * interval '1 month' END $$;
CREATE FUNCTION months_between(later timestamp, earlier timestamp) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT datediff('month', earlier, later) + CASE
  WHEN later::date = last_day(later) AND earlier::date = last_day(earlier) THEN 0
  ELSE (extract(day FROM later) - extract(day FROM earlier))::float8 / 31 END $$;
CREATE FUNCTION next_day(day timestamp, weekday text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT day::date + 1 + n FROM generate_series(0, 6) n
   WHERE to_char(day::date + 1 + n, 'day') LIKE lower(weekday) || '%' LIMIT 1 $$;
CREATE FUNCTION trunc(moment timestamp) RETURNS date
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT moment::date $$;
CREATE FUNCTION convert_timezone(target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE STRICT AS $$ SELECT moment AT TIME ZONE 'UTC' AT TIME ZONE target $$;
CREATE FUNCTION convert_timezone(source text, target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE STRICT AS $$ SELECT moment AT TIME ZONE source AT TIME ZONE target $$;

-- strings

CREATE FUNCTION len(value text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT length(value) $$;
CREATE FUNCTION charindex(part text, value text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT strpos(value, part) $$;
CREATE FUNCTION replicate(value text, number int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT repeat(value, number) $$;
CREATE FUNCTION redshift_concat(a text, b text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT a || b $$;
CREATE FUNCTION sha2(value text, bits int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT encode(CASE bits
  WHEN 224 THEN sha224(convert_to(value, 'UTF8'))
  WHEN 384 THEN sha384(convert_to(value, 'UTF8'))
  WHEN 512 THEN sha512(convert_to(value, 'UTF8'))
  WHEN 256 THEN sha256(convert_to(value, 'UTF8'))
  WHEN 0 THEN sha256(convert_to(value, 'UTF8')) END, 'hex') $$;
-- every match is replaced, unlike PostgreSQL's
CREATE FUNCTION redshift_regexp_replace(value text, pattern text, replacement text DEFAULT '')
RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT pg_catalog.regexp_replace(value, pattern, replacement, 'g') $$;
-- '' where nothing matches, unlike PostgreSQL's NULL
CREATE FUNCTION redshift_regexp_substr(value text, pattern text, start int DEFAULT 1, nth int DEFAULT 1)
RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT coalesce(pg_catalog.regexp_substr(value, pattern, start, nth), '') $$;
CREATE FUNCTION strtol(digits text, base int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  result bigint := 0;
  bare text := lower(regexp_replace(digits, '^[-+]?(0[xX])?', ''));
  digit int;
BEGIN
  IF base < 2 OR base > 36 THEN
    RAISE EXCEPTION 'base of strtol must be between 2 and 36' USING ERRCODE = '22023';
  END IF;
  FOR i IN 1 .. length(bare) LOOP
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(bare, i, 1)) - 1;
    IF digit < 0 OR digit >= base THEN
      RAISE EXCEPTION 'The input % is not valid to be converted to base %', digits, base
        USING ERRCODE = '22023';
    END IF;
    result := result * base + digit;
  END LOOP;
  RETURN CASE WHEN digits LIKE '-%' THEN -result ELSE result END;
END
$$;
-- SUPER and JSON

CREATE FUNCTION json_parse(value text) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value::jsonb $$;
CREATE FUNCTION redshift_json_serialize(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value::text $$;
CREATE FUNCTION can_json_parse(value text) RETURNS bool
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value IS JSON $$;
CREATE FUNCTION is_valid_json(value text) RETURNS bool
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value IS JSON OBJECT $$;
CREATE FUNCTION is_valid_json_array(value text) RETURNS bool
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value IS JSON ARRAY $$;
CREATE FUNCTION json_extract_path_text(value text, VARIADIC path text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT value::jsonb #>> path $$;
CREATE FUNCTION json_extract_array_element_text(value text, place int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value::jsonb ->> place $$;
CREATE FUNCTION json_array_length(value text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT jsonb_array_length(value::jsonb) $$;
CREATE FUNCTION json_typeof(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT jsonb_typeof(value) $$;
CREATE FUNCTION get_array_length(value jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'array' THEN jsonb_array_length(value) END $$;

CREATE AGGREGATE listagg(text, text)
  (sfunc = string_agg_transfn, stype = internal, finalfunc = string_agg_finalfn);

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
CREATE AGGREGATE redshift_avg(numeric)
  (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg);
CREATE AGGREGATE redshift_avg(float8)
  (sfunc = float8_accum, stype = float8[], initcond = '{0,0,0}', finalfunc = float8_avg);
CREATE AGGREGATE redshift_avg(float4)
  (sfunc = float4_accum, stype = float8[], initcond = '{0,0,0}', finalfunc = float8_avg);

CREATE FUNCTION redshift_version() RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.0' $$;

RESET search_path;
