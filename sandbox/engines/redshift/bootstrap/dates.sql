-- Dates and times: functions that PostgreSQL lacks, or has with another meaning (redshift_…).
-- https://docs.aws.amazon.com/redshift/latest/dg/Date_functions_header.html

SET search_path TO pg_catalog;

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

-- DATEADD

CREATE FUNCTION redshift_interval(part text, number bigint) RETURNS interval
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT number * CASE redshift_known_date_part(part)
  WHEN 'quarter' THEN interval '3 months'
  ELSE ('1 ' || redshift_known_date_part(part))::interval END $$;

-- a year after the 29th of February is the 1st of March, twelve months after it the 28th of February
CREATE FUNCTION date_add(part text, number bigint, moment timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN redshift_known_date_part(part) = 'year' AND to_char(moment, 'MMDD') = '0229'
  THEN moment - interval '1 day' + redshift_interval(part, number) + interval '1 day'
  ELSE moment + redshift_interval(part, number) END $$;
CREATE FUNCTION date_add(part text, number bigint, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE STRICT AS
$$ SELECT date_add(part, number, moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;
CREATE FUNCTION date_add(part text, number bigint, moment date) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_add(part, number, moment::timestamp) $$;
CREATE FUNCTION date_add(part text, number bigint, moment time) RETURNS time
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT moment + redshift_interval(part, number) $$;
CREATE FUNCTION date_add(part text, number bigint, moment timetz) RETURNS timetz
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT (moment AT TIME ZONE 'UTC') + redshift_interval(part, number) $$;

-- DATEDIFF: the number of boundaries of a part between two moments, not of whole parts

CREATE FUNCTION date_diff(part text, earlier timestamp, later timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE redshift_known_date_part(part)
  WHEN 'millennium' THEN extract(millennium FROM later) - extract(millennium FROM earlier)
  WHEN 'century' THEN extract(century FROM later) - extract(century FROM earlier)
  WHEN 'decade' THEN extract(decade FROM later) - extract(decade FROM earlier)
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
CREATE FUNCTION date_diff(part text, earlier timestamptz, later timestamptz) RETURNS bigint
LANGUAGE sql STABLE STRICT AS
$$ SELECT date_diff(part, earlier AT TIME ZONE 'UTC', later AT TIME ZONE 'UTC') $$;
CREATE FUNCTION date_diff(part text, earlier date, later date) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_diff(part, earlier::timestamp, later::timestamp) $$;
CREATE FUNCTION date_diff(part text, earlier time, later time) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT date_diff(part, date '2000-01-01' + earlier, date '2000-01-01' + later) $$;
CREATE FUNCTION date_diff(part text, earlier timetz, later timetz) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT date_diff(part, (earlier AT TIME ZONE 'UTC')::time, (later AT TIME ZONE 'UTC')::time) $$;

-- DATE_PART: decades count from 1, other parts are PostgreSQL's

CREATE FUNCTION pgdate_part(part text, moment timestamp) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT date_part(redshift_known_date_part(part), moment)
  + CASE redshift_known_date_part(part) WHEN 'decade' THEN 1 ELSE 0 END $$;
CREATE FUNCTION pgdate_part(part text, moment date) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pgdate_part(part, moment::timestamp) $$;
CREATE FUNCTION pgdate_part(part text, moment timestamptz) RETURNS float8
LANGUAGE sql STABLE STRICT AS
$$ SELECT date_part(redshift_known_date_part(part), moment)
  + CASE redshift_known_date_part(part) WHEN 'decade' THEN 1 ELSE 0 END $$;
CREATE FUNCTION pgdate_part(part text, moment time) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_part(redshift_known_date_part(part), moment) $$;
CREATE FUNCTION pgdate_part(part text, moment timetz) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_part(redshift_known_date_part(part), moment) $$;
CREATE FUNCTION pgdate_part(part text, duration interval) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_part(redshift_known_date_part(part), duration) $$;

-- EXTRACT: an integer, without the parts above and below the one asked for

CREATE FUNCTION redshift_extracted(part text, value float8) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT trunc(value::numeric)::bigint % CASE
  WHEN redshift_known_date_part(part) IN ('milliseconds', 'microseconds') THEN 1000
  ELSE 10000000000 END $$;
CREATE FUNCTION redshift_date_part(part text, moment timestamp) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_extracted(part, pgdate_part(part, moment)) $$;
CREATE FUNCTION redshift_date_part(part text, moment date) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_extracted(part, pgdate_part(part, moment)) $$;
CREATE FUNCTION redshift_date_part(part text, moment time) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_extracted(part, pgdate_part(part, moment)) $$;
CREATE FUNCTION redshift_date_part(part text, moment timetz) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_extracted(part, pgdate_part(part, moment)) $$;
CREATE FUNCTION redshift_date_part(part text, moment timestamptz) RETURNS float8
LANGUAGE sql STABLE STRICT AS $$ SELECT pgdate_part(part, moment) $$;
CREATE FUNCTION redshift_date_part(part text, duration interval) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pgdate_part(part, duration) $$;

-- the others

CREATE FUNCTION date_trunc(part text, day date) RETURNS timestamp
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_trunc(part, day::timestamp) $$;
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
$$ SELECT date_diff('month', earlier, later) + CASE
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

-- TO_DATE and TO_TIMESTAMP take what overflows a part into the next one, unless they are strict

CREATE FUNCTION redshift_overflowing(value text, format text, strict bool) RETURNS timestamp
LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  parts text[] := ARRAY(SELECT m[1] FROM regexp_matches(upper(format), '(YYYY|MM|DD|HH24|MI|SS)', 'g') m);
  found text[] := regexp_match(value, replace(
    regexp_replace(upper(format), '(MM|DD|HH24|MI|SS)', '([0-9]{2})', 'g'), 'YYYY', '([0-9]{4})'));
  field jsonb := '{"YYYY": 1, "MM": 1, "DD": 1, "HH24": 0, "MI": 0, "SS": 0}';
  midnight timestamp;
  result timestamp;
BEGIN
  IF found IS NULL THEN
    RAISE EXCEPTION 'invalid value "%" for format "%"', value, format USING ERRCODE = '22007';
  END IF;
  FOR i IN 1 .. cardinality(parts) LOOP
    field := field || jsonb_build_object(parts[i], found[i]::int);
  END LOOP;
  midnight := make_timestamp((field ->> 'YYYY')::int, 1, 1, 0, 0, 0)
    + make_interval(months => (field ->> 'MM')::int - 1) + make_interval(days => (field ->> 'DD')::int - 1);
  result := midnight + make_interval(
    hours => (field ->> 'HH24')::int, mins => (field ->> 'MI')::int, secs => (field ->> 'SS')::int);
  IF strict AND extract(month FROM midnight) <> (field ->> 'MM')::int THEN
    RAISE EXCEPTION 'date/time field date value out of range: %-%-%', field ->> 'YYYY', field ->> 'MM', field ->> 'DD'
      USING ERRCODE = '22008';
  ELSIF strict THEN
    RAISE EXCEPTION 'date/time field time value out of range: %:%:%.0', field ->> 'HH24', field ->> 'MI', field ->> 'SS'
      USING ERRCODE = '22008';
  END IF;
  RETURN result;
END
$$;

CREATE FUNCTION redshift_to_timestamp(value text, format text, strict bool DEFAULT false) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT AS
$$
BEGIN
  RETURN to_timestamp(value, format);
EXCEPTION WHEN datetime_field_overflow THEN
  RETURN redshift_overflowing(value, format, strict);
END
$$;
CREATE FUNCTION redshift_to_date(value text, format text, strict bool DEFAULT false) RETURNS date
LANGUAGE plpgsql STABLE STRICT AS
$$
BEGIN
  RETURN to_date(value, format);
EXCEPTION WHEN datetime_field_overflow THEN
  RETURN redshift_overflowing(value, format, strict)::date;
END
$$;

RESET search_path;
