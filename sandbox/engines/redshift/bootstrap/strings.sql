-- Strings: functions that PostgreSQL lacks, or has with another meaning (redshift_…).
-- https://docs.aws.amazon.com/redshift/latest/dg/String_functions_header.html

SET search_path TO pg_catalog;

CREATE FUNCTION len(value text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT length(value) $$;
CREATE FUNCTION len(value bytea) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT octet_length(value) $$;
CREATE FUNCTION charindex(part text, value text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT strpos(value, part) $$;
CREATE FUNCTION replicate(value text, number int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT repeat(value, number) $$;
CREATE FUNCTION repeat(value bigint, number int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT repeat(value::text, number) $$;
CREATE FUNCTION reverse(value bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT reverse(value::text) $$;
CREATE FUNCTION redshift_concat(a text, b text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT a || b $$;
CREATE FUNCTION to_hex(value bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT encode(value, 'hex') $$;

-- regular expressions: p (Perl's dialect) is what PostgreSQL's are anyway, e takes the first group

CREATE FUNCTION redshift_pattern_flags(parameters text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT translate(parameters, 'pe', '') $$;
-- every match is replaced, unlike PostgreSQL's
CREATE FUNCTION redshift_regexp_replace(
  value text, pattern text, replacement text DEFAULT '', start int DEFAULT 1, parameters text DEFAULT '')
RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT pg_catalog.regexp_replace(
  value, pattern, replacement, greatest(start, 1), 0, redshift_pattern_flags(parameters)) $$;
-- '' where nothing matches, unlike PostgreSQL's NULL
CREATE FUNCTION redshift_regexp_substr(
  value text, pattern text, start int DEFAULT 1, nth int DEFAULT 1, parameters text DEFAULT '')
RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT coalesce(pg_catalog.regexp_substr(
  value, pattern, greatest(start, 1), nth, redshift_pattern_flags(parameters),
  CASE WHEN parameters LIKE '%e%' AND pattern LIKE '%(%' THEN 1 ELSE 0 END), '') $$;
CREATE FUNCTION redshift_regexp_count(
  value text, pattern text, start int DEFAULT 1, parameters text DEFAULT '')
RETURNS int LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT pg_catalog.regexp_count(value, pattern, greatest(start, 1), redshift_pattern_flags(parameters)) $$;
CREATE FUNCTION redshift_regexp_instr(
  value text, pattern text, start int DEFAULT 1, nth int DEFAULT 1, ending int DEFAULT 0,
  parameters text DEFAULT '')
RETURNS int LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT pg_catalog.regexp_instr(
  value, pattern, greatest(start, 1), nth, ending, redshift_pattern_flags(parameters),
  CASE WHEN parameters LIKE '%e%' AND pattern LIKE '%(%' THEN 1 ELSE 0 END) $$;

-- numbers and sounds

CREATE FUNCTION strtol(digits text, base int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  result bigint := 0;
  signed text := ltrim(digits);
  bare text := lower(regexp_replace(signed, '^[-+]?(0[xX])?', ''));
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
  RETURN CASE WHEN signed LIKE '-%' THEN -result ELSE result END;
END
$$;

-- American Soundex: neighbours of one code count once, also around an H or W
CREATE FUNCTION soundex(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  letters text := regexp_replace(upper(value), '[^A-Z]', '', 'g');
  codes text := CASE WHEN letters ~ '^[HW]' THEN '0' ELSE '' END
    || translate(letters, 'BFPVCGJKQSXZDTLMNRAEIOUYHW', '111122222222334556000000');
  result text := left(letters, 1);
  before text := '';
BEGIN
  FOR i IN 1 .. length(codes) LOOP
    IF i > 1 AND substr(codes, i, 1) NOT IN ('0', before) THEN
      result := result || substr(codes, i, 1);
    END IF;
    before := substr(codes, i, 1);
  END LOOP;
  RETURN CASE WHEN letters = '' THEN '' ELSE left(rpad(result, 4, '0'), 4) END;
END
$$;
CREATE FUNCTION difference(a text, b text) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE
  WHEN soundex(a) = '' AND soundex(b) = '' THEN 1
  WHEN soundex(a) = '' OR soundex(b) = '' THEN 0
  ELSE (SELECT count(*) FROM generate_series(1, 4) n WHERE substr(soundex(a), n, 1) = substr(soundex(b), n, 1))
  END::int $$;

RESET search_path;
