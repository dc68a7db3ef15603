-- One row a column of the source's tables, in their order; a table without columns has none.
-- %(schemas)s: the schemas to read, with commas between them; empty for all but the system's.
SELECT
  n.nspname AS schema_name,
  c.relname AS table_name,
  c.relkind::text AS kind,
  c.relpersistence::text AS persistence,
  (
    SELECT pn.nspname || '.' || pc.relname
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
    JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
    WHERE i.inhrelid = c.oid AND c.relispartition
  ) AS partition_of,
  a.attname AS column_name,
  t.typname AS type_name,
  t.typtype::text AS type_kind,
  t.typcategory = 'A' AS is_array,
  a.atttypmod AS modifier,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_text,
  a.attgenerated <> '' AS is_generated,
  (
    SELECT max(octet_length(e.enumlabel)) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid
  ) AS longest_label,
  array_position(k.indkey::int2[], a.attnum) AS key_position
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_index k ON k.indrelid = c.oid AND k.indisprimary
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND c.relname !~ '^awsdms_'
  AND (%(schemas)s = '' OR n.nspname = ANY (string_to_array(%(schemas)s, ',')))
ORDER BY n.nspname, c.relname, a.attnum
