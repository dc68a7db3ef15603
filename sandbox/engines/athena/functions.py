"""The functions of Trino that are served, by name.

https://trino.io/docs/current/functions/list.html
"""

from __future__ import annotations

_AGGREGATES = """
any_value approx_distinct approx_percentile arbitrary array_agg avg bool_and bool_or corr count
count_if covar_pop covar_samp every geometric_mean listagg max max_by min min_by regr_intercept
regr_slope stddev stddev_pop stddev_samp sum var_pop var_samp variance
"""
_WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
"""
_NUMBERS = """
abs cbrt ceil ceiling cos degrees e exp floor greatest least ln log log10 log2 mod pi pow power
radians rand random round sign sin sqrt tan truncate width_bucket
"""
_TEXTS = """
chr concat concat_ws length levenshtein_distance lower lpad ltrim position regexp_extract
regexp_like regexp_replace replace reverse rpad rtrim split split_part starts_with strpos substr
substring trim upper
"""
_TIMES = """
date date_add date_diff date_format date_parse date_trunc day day_of_month day_of_week day_of_year
dow doy extract from_unixtime hour minute month now quarter second to_unixtime week week_of_year
year current_timestamp localtimestamp
"""
_OTHERS = """
cardinality cast coalesce contains element_at if json_extract json_extract_scalar md5 nullif row
sequence sha256 sha512 to_hex try try_cast typeof unnest
"""

SERVED = frozenset(" ".join((_AGGREGATES, _WINDOWS, _NUMBERS, _TEXTS, _TIMES, _OTHERS)).split())
