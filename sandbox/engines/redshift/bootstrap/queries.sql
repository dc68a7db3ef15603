-- The latest statements: what a session was told of them just before it asks. See queries.py. Who was told is
-- in it too: what the owner of a procedure was told there is not for the procedure's caller.
-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_QUERY_HISTORY.html

SET search_path TO pg_catalog;

CREATE FUNCTION redshift_queries() RETURNS TABLE (
  query_id bigint, session_id int, user_id int, database_name text, query_text text, query_type text,
  start_time timestamp, end_time timestamp, status text, returned_rows bigint, error_message text,
  session_user_id int, caller_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS
$$ SELECT q.query_id, q.session_id, (SELECT u.oid::int FROM pg_authid u WHERE u.rolname = q.username),
  q.database_name, q.query_text, q.query_type, q.start_time, q.end_time, q.status, q.returned_rows, q.error_message,
  (SELECT u.oid::int FROM pg_authid u WHERE u.rolname = q.session_username), q.caller_id
  FROM (SELECT nullif(current_setting('redshift.query_log', true), '')::jsonb) l (told),
    jsonb_to_recordset(CASE l.told ->> 'user' WHEN session_user THEN l.told -> 'statements' END) AS q (
      query_id bigint, session_id int, username text, database_name text, query_text text, query_type text,
      start_time timestamp, end_time timestamp, status text, returned_rows bigint, error_message text,
      session_username text, caller_id bigint) $$;

CREATE VIEW sys_query_history AS
SELECT user_id, query_id, 'default'::char(320) AS query_label, NULL::bigint AS transaction_id, session_id,
  database_name::char(128) AS database_name, query_type::char(32) AS query_type, status::char(10) AS status,
  false AS result_cache_hit, start_time, end_time, elapsed AS elapsed_time, 0::bigint AS queue_time,
  elapsed AS execution_time, error_message::char(512) AS error_message, returned_rows, NULL::bigint AS returned_bytes,
  query_text::char(4000) AS query_text, NULL::char(256) AS redshift_version, NULL::char(150) AS usage_limit,
  'primary'::varchar(32) AS compute_type, 0::bigint AS compile_time, 0::bigint AS planning_time,
  NULL::bigint AS lock_wait_time
FROM (SELECT *, (extract(epoch FROM coalesce(end_time, clock_timestamp() AT TIME ZONE 'UTC') - start_time)
  * 1000000)::bigint AS elapsed FROM redshift_queries()) q;

CREATE VIEW stv_inflight AS
SELECT user_id AS userid, 0 AS slice, query_id::int AS query, 'default'::char(320) AS label, NULL::bigint AS xid,
  session_id AS pid, start_time AS starttime, query_text::char(100) AS "text", 0 AS suspended,
  0 AS insert_pristine, 0 AS concurrency_scaling_status
FROM redshift_queries() WHERE status = 'running';

CREATE VIEW stl_query AS
SELECT user_id AS userid, query_id::int AS query, 'default'::char(320) AS label, NULL::bigint AS xid,
  session_id AS pid, database_name::char(32) AS database, query_text::char(4000) AS querytxt,
  start_time AS starttime, end_time AS endtime, CASE status WHEN 'canceled' THEN 1 ELSE 0 END AS aborted,
  0 AS insert_pristine, 0 AS concurrency_scaling_status
FROM redshift_queries() WHERE status <> 'running' AND query_type NOT IN ('DDL', 'UTILITY');

-- calls of procedures
-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVL_STORED_PROC_CALL.html

CREATE VIEW svl_stored_proc_call AS
SELECT user_id AS userid, session_user_id AS session_userid, query_id::int AS query, 'default'::char(320) AS label,
  NULL::bigint AS xid, session_id AS pid, database_name::char(32) AS database, query_text::char(4000) AS querytxt,
  start_time AS starttime, end_time AS endtime, CASE status WHEN 'success' THEN 0 ELSE 1 END AS aborted,
  caller_id::int AS from_sp_call
FROM redshift_queries() WHERE status <> 'running' AND query_text ILIKE 'call %';

CREATE VIEW sys_procedure_call AS
SELECT session_userid AS session_user_id, userid AS security_user_id, query AS query_id, querytxt AS query_text,
  starttime AS start_time, endtime AS end_time, CASE aborted WHEN 0 THEN 'success' ELSE 'canceled' END::char(10) AS status,
  from_sp_call AS caller_procedure_query_id
FROM svl_stored_proc_call;

GRANT SELECT ON sys_query_history, stv_inflight, stl_query, svl_stored_proc_call, sys_procedure_call TO PUBLIC;

RESET search_path;
