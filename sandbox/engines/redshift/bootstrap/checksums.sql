-- Checksums and hashes that PostgreSQL lacks.
-- https://docs.aws.amazon.com/redshift/latest/dg/hash-functions.html

SET search_path TO pg_catalog;

CREATE FUNCTION sha2(value text, bits int) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT CASE
  WHEN bits = 224 THEN encode(sha224(convert_to(value, 'UTF8')), 'hex')
  WHEN bits IN (0, 256) THEN encode(sha256(convert_to(value, 'UTF8')), 'hex')
  WHEN bits = 384 THEN encode(sha384(convert_to(value, 'UTF8')), 'hex')
  WHEN bits = 512 THEN encode(sha512(convert_to(value, 'UTF8')), 'hex')
  ELSE '' END $$;
CREATE FUNCTION crc32(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
$$ SELECT lpad(to_hex(crc32c(convert_to(value, 'UTF8'))), 8, '0') $$;

-- FIPS 180-4, section 6.1; words of 32 bits in numbers of 64

CREATE FUNCTION redshift_rotate(word bigint, bits int) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT ((word << bits) | (word >> (32 - bits))) & 4294967295 $$;
CREATE FUNCTION sha1(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  message bytea := convert_to(value, 'UTF8');
  size bigint := octet_length(message);
  h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  w bigint[];
  a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; word bigint; at int;
BEGIN
  message := message || decode('80', 'hex') || decode(repeat('00', ((119 - size % 64) % 64)::int), 'hex')
    || int8send(size * 8);
  FOR block IN 0 .. octet_length(message) / 64 - 1 LOOP
    FOR t IN 0 .. 15 LOOP
      at := block * 64 + t * 4;
      w[t] := (get_byte(message, at)::bigint << 24) | (get_byte(message, at + 1) << 16)
        | (get_byte(message, at + 2) << 8) | get_byte(message, at + 3);
    END LOOP;
    FOR t IN 16 .. 79 LOOP
      w[t] := redshift_rotate(w[t - 3] # w[t - 8] # w[t - 14] # w[t - 16], 1);
    END LOOP;
    a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
    FOR t IN 0 .. 79 LOOP
      IF t < 20 THEN
        f := (b & c) | ((b # 4294967295) & d); k := 1518500249;
      ELSIF t < 40 THEN
        f := b # c # d; k := 1859775393;
      ELSIF t < 60 THEN
        f := (b & c) | (b & d) | (c & d); k := 2400959708;
      ELSE
        f := b # c # d; k := 3395469782;
      END IF;
      word := (redshift_rotate(a, 5) + f + e + k + w[t]) & 4294967295;
      e := d; d := c; c := redshift_rotate(b, 30); b := a; a := word;
    END LOOP;
    h := ARRAY[h[1] + a, h[2] + b, h[3] + c, h[4] + d, h[5] + e];
    h := ARRAY[h[1] & 4294967295, h[2] & 4294967295, h[3] & 4294967295, h[4] & 4294967295, h[5] & 4294967295];
  END LOOP;
  RETURN (SELECT string_agg(lpad(to_hex(part), 8, '0'), '' ORDER BY place)
    FROM unnest(h) WITH ORDINALITY parts (part, place));
END
$$;
CREATE FUNCTION sha(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sha1(value) $$;
CREATE FUNCTION func_sha1(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT sha1(value) $$;

-- FNV-1a with 64 bits. The prime is 2^40 + 435; halves of 32 bits keep the product in range.

CREATE FUNCTION redshift_fnv(message bytea, seed bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS
$$
DECLARE
  low bigint := seed & 4294967295;
  high bigint := (seed >> 32) & 4294967295;
  product bigint;
BEGIN
  FOR at IN 0 .. octet_length(message) - 1 LOOP
    low := low # get_byte(message, at);
    product := low * 435;
    high := (high * 435 + (product >> 32) + (low << 8)) & 4294967295;
    low := product & 4294967295;
  END LOOP;
  RETURN (high << 32) | low;
END
$$;
-- the bytes of a number are stored with the lowest first
CREATE FUNCTION fnv_hash(value bytea, seed bigint DEFAULT -3750763034362895579) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_fnv(value, seed) $$;
CREATE FUNCTION fnv_hash(value text, seed bigint DEFAULT -3750763034362895579) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_fnv(convert_to(value, 'UTF8'), seed) $$;
CREATE FUNCTION fnv_hash(value bpchar, seed bigint DEFAULT -3750763034362895579) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_fnv(bpcharsend(value), seed) $$;
CREATE FUNCTION fnv_hash(value smallint, seed bigint DEFAULT -3750763034362895579) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_fnv(reverse(int2send(value)), seed) $$;
CREATE FUNCTION fnv_hash(value int, seed bigint DEFAULT -3750763034362895579) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_fnv(reverse(int4send(value)), seed) $$;
CREATE FUNCTION fnv_hash(value bigint, seed bigint DEFAULT -3750763034362895579) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT redshift_fnv(reverse(int8send(value)), seed) $$;

RESET search_path;
