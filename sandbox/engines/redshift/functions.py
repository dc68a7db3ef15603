"""The functions that Redshift has, and how those that PostgreSQL lacks are written there.

A function that is not listed here does not exist, whatever PostgreSQL has: so nothing behind the
gate can be reached that Redshift would not offer.

https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions.html
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Nodes, is_word, join, literal, nodes
from sandbox.engines.redshift.settings import current_setting, set_config
from sandbox.engines.redshift.vocabulary import vocabulary

Arguments = list[Nodes]

PREFIX = "redshift_"  # of a function in pg_catalog that stands in for one of PostgreSQL's

SAME = vocabulary(
    """
    avg count max median min sum stddev stddev_samp stddev_pop var_samp var_pop variance bool_and
    bool_or bit_and bit_or any_value percentile_cont percentile_disc
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    coalesce nullif greatest least
    add_months age convert_timezone date_add date_diff date_part_year date_trunc getdate pgdate_part
    last_day months_between next_day timeofday trunc to_char to_number date_cmp
    timestamp_cmp date time
    abs acos asin atan atan2 cbrt ceil ceiling cos cot degrees dexp dlog1 dlog10 exp floor ln log mod
    pi power pow radians random round sign sin sqrt tan
    ascii btrim chr char_length character_length charindex crc32 difference initcap left len length lower
    lpad ltrim
    md5 octet_length position quote_ident quote_literal repeat replace replicate reverse right rpad rtrim
    sha sha1 func_sha1 fnv_hash
    sha2 soundex split_part strpos strtol substring substr textlen translate trim upper to_hex
    json_parse json_serialize is_valid_json is_valid_json_array json_extract_path_text
    json_extract_array_element_text json_array_length json_typeof can_json_parse get_array_length
    is_array is_object is_scalar is_varchar is_smallint is_integer is_bigint
    current_database current_schema current_schemas has_table_privilege has_schema_privilege
    has_database_privilege pg_backend_pid pg_last_copy_count pg_last_copy_id pg_last_query_id
    pg_last_unload_count pg_last_unload_id version
    exists
    """
)
CATALOG = vocabulary(
    """
    array_length array_lower array_to_string array_upper col_description format_encoding
    has_column_privilege has_any_column_privilege obj_description pg_encoding_to_char
    pg_function_is_visible pg_get_expr pg_get_userbyid
    pg_get_viewdef pg_relation_is_publishable pg_table_is_visible pg_type_is_visible quote_ident
    shobj_description pg_get_statisticsobjdef_columns pg_get_partkeydef pg_get_ruledef
    pg_get_late_binding_view_cols pg_get_triggerdef pg_opfamily_is_visible pg_operator_is_visible pg_collation_is_visible unnest
    """
)
STAND_INS = vocabulary(
    """
    avg concat json_serialize regexp_count regexp_instr regexp_replace regexp_substr to_date
    to_timestamp version
    """
)
CATALOG_STAND_INS = vocabulary("format_type pg_get_constraintdef pg_get_indexdef")
# with ORDER BY in their window these need a frame clause
NEED_FRAME = vocabulary(
    """
    avg count max min sum stddev stddev_samp stddev_pop var_samp var_pop variance
    first_value last_value nth_value
    """
)
DATE_PART_FIRST = frozenset({"date_add", "date_diff", "date_part", "date_trunc", "pgdate_part"})
NULL_IF_INVALID = vocabulary(
    "json_array_length json_extract_array_element_text json_extract_path_text"
)
SYNONYMS = {
    "nvl": "coalesce",
    "isnull": "coalesce",
    "dateadd": "date_add",
    "datediff": "date_diff",
    "date_part": "pgdate_part",
    "dexp": "exp",
    "dlog1": "ln",
    "dlog10": "log",
    "char_length": "length",
    "textlen": "length",
}


def is_known(name: str, *, catalog: bool) -> bool:
    """Whether Redshift has the function; catalog for those of leader-node queries."""
    return (
        name in SAME
        or name in REWRITES
        or name in SYNONYMS
        or name in DATE_PART_FIRST
        or name in STAND_INS
        or (catalog and name in CATALOG | CATALOG_STAND_INS)
    )


def call(name: str, arguments: Arguments, spaced: bool) -> Nodes:
    """A call as PostgreSQL shall see it."""
    name = SYNONYMS.get(name, name)
    if name in DATE_PART_FIRST:
        arguments = _of_moments(arguments)
    if name in NULL_IF_INVALID:
        arguments = _null_if_invalid(arguments)
    rewrite = REWRITES.get(name)
    if rewrite is not None:
        return rewrite(arguments)
    if name in STAND_INS | CATALOG_STAND_INS:
        name = f"pg_catalog.{PREFIX}{name}"
    return plain(name, arguments, spaced)


def extract(part: Nodes, moment: Nodes) -> Nodes:
    """EXTRACT(part FROM moment) as PostgreSQL shall see it: its name in Redshift is DATE_PART."""
    return plain(f"pg_catalog.{PREFIX}date_part", _of_moments([part, moment]))


def plain(name: str, arguments: Arguments, spaced: bool = True) -> Nodes:
    return [Token(Kind.WORD, name, spaced), Group(tuple(join(arguments)), spaced=False)]


def _of_moments(arguments: Arguments) -> Arguments:
    return [_date_part(arguments[0]), *map(_moment, arguments[1:])]


def _date_part(argument: Nodes) -> Nodes:
    """A date part is written as a bare word or as a string."""
    if len(argument) == 1 and isinstance(argument[0], Token) and argument[0].is_name:
        return [Token(Kind.STRING, literal(argument[0].name))]
    return argument


def _moment(argument: Nodes) -> Nodes:
    """A date written as a string is a timestamp, which PostgreSQL would take with a time zone."""
    if len(argument) == 1 and isinstance(argument[0], Token) and argument[0].kind is Kind.STRING:
        return [*argument, *nodes("::timestamp")]
    return argument


def _null_if_invalid(arguments: Arguments) -> Arguments:
    """The arguments of a JSON function, whose last one may say that text that is no JSON is NULL."""
    value, *rest = arguments
    last = rest[-1] if rest else []
    if len(last) != 1 or not is_word(last[0], "TRUE", "FALSE"):
        return arguments
    if is_word(last[0], "TRUE"):
        given = Group(tuple(value))
        value = [*nodes("CASE WHEN"), given, *nodes("IS JSON THEN"), given, *nodes("END")]
    return [value, *rest[:-1]]


def _decode(arguments: Arguments) -> Nodes:
    """DECODE takes two NULLs as equal."""
    if len(arguments) < 3:
        raise RedshiftError("function decode requires at least three arguments", "42883")
    subject = Group(tuple(arguments[0]))
    case = nodes("CASE")
    pairs, rest = arguments[1:], []
    if len(pairs) % 2:
        pairs, rest = pairs[:-1], pairs[-1]
    for search, result in zip(pairs[::2], pairs[1::2], strict=True):
        case += [*nodes("WHEN"), subject, *nodes("IS NOT DISTINCT FROM"), Group(tuple(search))]
        case += [*nodes("THEN"), Group(tuple(result))]
    if rest:
        case += [*nodes("ELSE"), Group(tuple(rest))]
    return case + nodes("END")


def _nvl2(arguments: Arguments) -> Nodes:
    _count("nvl2", arguments, 3)
    subject, present, absent = (Group(tuple(argument)) for argument in arguments)
    return [
        *nodes("CASE WHEN"),
        subject,
        *nodes("IS NOT NULL THEN"),
        present,
        *nodes("ELSE"),
        absent,
        *nodes("END"),
    ]


def _concat(arguments: Arguments) -> Nodes:
    """CONCAT takes two arguments and is NULL when one is."""
    _count("concat", arguments, 2)
    as_text = [[Group(tuple(argument)), *nodes("::text")] for argument in arguments]
    return plain(f"pg_catalog.{PREFIX}concat", as_text)


def _count(name: str, arguments: Arguments, wanted: int) -> None:
    if len(arguments) != wanted:
        raise RedshiftError(f"function {name} takes {wanted} arguments", "42883")


REWRITES: dict[str, Callable[[Arguments], Nodes]] = {
    "decode": _decode,
    "nvl2": _nvl2,
    "concat": _concat,
    "current_setting": current_setting,
    "set_config": set_config,
}
