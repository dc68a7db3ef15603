-- SUPER and JSON: functions that PostgreSQL lacks, or has with another meaning (redshift_…).
-- https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html

SET search_path TO pg_catalog;

CREATE FUNCTION json_parse(value text) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value::jsonb $$;
CREATE FUNCTION redshift_json_serialize(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT textin(jsonb_out(value)) $$;
CREATE FUNCTION can_json_parse(value text) RETURNS bool
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value IS JSON $$;
CREATE FUNCTION is_valid_json(value text) RETURNS bool
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value IS JSON OBJECT $$;
CREATE FUNCTION is_valid_json_array(value text) RETURNS bool
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value IS JSON ARRAY $$;
-- '' where there is nothing at the place
CREATE FUNCTION json_extract_path_text(value text, VARIADIC path text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT coalesce(value::jsonb #>> path, '') $$;
CREATE FUNCTION json_extract_array_element_text(value text, place int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT coalesce(CASE WHEN place >= 0 THEN value::jsonb ->> place END, '') $$;
CREATE FUNCTION json_array_length(value text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT jsonb_array_length(value::jsonb) $$;

-- what a value is; nothing is true of NULL

CREATE FUNCTION json_typeof(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT jsonb_typeof(value) $$;
CREATE FUNCTION get_array_length(value jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'array' THEN jsonb_array_length(value) END $$;
CREATE FUNCTION is_array(value jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(jsonb_typeof(value) = 'array', false) $$;
CREATE FUNCTION is_object(value jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(jsonb_typeof(value) = 'object', false) $$;
CREATE FUNCTION is_scalar(value jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(jsonb_typeof(value) IN ('string', 'number', 'boolean'), false) $$;
CREATE FUNCTION is_varchar(value jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$ SELECT coalesce(jsonb_typeof(value) = 'string', false) $$;
CREATE FUNCTION redshift_is_whole(value jsonb, bits int) RETURNS bool LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN
  scale((value #>> '{}')::numeric) = 0
  AND (value #>> '{}')::numeric BETWEEN -(2::numeric ^ (bits - 1)) AND 2::numeric ^ (bits - 1) - 1
  ELSE false END $$;
CREATE FUNCTION is_smallint(value jsonb) RETURNS bool
LANGUAGE sql IMMUTABLE AS $$ SELECT redshift_is_whole(value, 16) $$;
CREATE FUNCTION is_integer(value jsonb) RETURNS bool
LANGUAGE sql IMMUTABLE AS $$ SELECT redshift_is_whole(value, 32) $$;
CREATE FUNCTION is_bigint(value jsonb) RETURNS bool
LANGUAGE sql IMMUTABLE AS $$ SELECT redshift_is_whole(value, 64) $$;

RESET search_path;
