-- Window functions that PostgreSQL lacks, or has without IGNORE NULLS, and LISTAGG.
-- https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html

SET search_path TO pg_catalog;

-- the first and the last value of a frame that is not NULL: NULLs never reach a strict function

CREATE FUNCTION redshift_keep(state anyelement, value anyelement) RETURNS anyelement
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT state $$;
CREATE FUNCTION redshift_take(state anyelement, value anyelement) RETURNS anyelement
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value $$;
CREATE AGGREGATE redshift_first_value(anyelement) (sfunc = redshift_keep, stype = anyelement);
CREATE AGGREGATE redshift_last_value(anyelement) (sfunc = redshift_take, stype = anyelement);

-- all of them

CREATE FUNCTION redshift_add(state anyarray, value anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN value IS NULL THEN state ELSE array_append(state, value) END $$;
CREATE AGGREGATE redshift_values(anyelement) (sfunc = redshift_add, stype = anyarray, initcond = '{}');

CREATE FUNCTION redshift_nth_value(list anyarray, place bigint) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE AS
$$
BEGIN
  IF place <= 0 THEN
    RAISE EXCEPTION 'argument of nth_value must be greater than zero' USING ERRCODE = '22016';
  END IF;
  RETURN list[place];
END
$$;
-- what is 0 rows away is the row's own value
CREATE FUNCTION redshift_lag(list anyarray, current anyelement, distance bigint) RETURNS anyelement
LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE distance WHEN 0 THEN current ELSE list[cardinality(list) + 1 - distance] END $$;
CREATE FUNCTION redshift_lead(list anyarray, current anyelement, distance bigint) RETURNS anyelement
LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE distance WHEN 0 THEN current ELSE list[distance] END $$;

-- LISTAGG

CREATE AGGREGATE listagg(text, text)
  (sfunc = string_agg_transfn, stype = internal, finalfunc = string_agg_finalfn);
-- the separator comes first; trailing blanks make no difference
CREATE FUNCTION redshift_listagg_add(state text[], value text, separator text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE
  WHEN value IS NULL OR rtrim(value) IN (SELECT rtrim(v) FROM unnest(state[2:]) v) THEN state
  WHEN state = '{}' THEN ARRAY[coalesce(separator, ''), value]
  ELSE state || value END $$;
CREATE FUNCTION redshift_listagg_join(state text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN state <> '{}' THEN array_to_string(state[2:], state[1]) END $$;
CREATE AGGREGATE redshift_listagg_distinct(text, text)
  (sfunc = redshift_listagg_add, stype = text[], initcond = '{}', finalfunc = redshift_listagg_join);
CREATE FUNCTION redshift_listagg(list text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
BEGIN
  IF octet_length(list) > 65535 THEN
    RAISE EXCEPTION 'Result size exceeds LISTAGG limit' USING ERRCODE = '22001';
  END IF;
  RETURN list;
END
$$;

RESET search_path;
