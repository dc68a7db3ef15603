"""Stored procedures: their definitions, and PL/pgSQL run statement by statement through the gate.

PostgreSQL keeps the procedures (pg_proc: owners, privileges, schemas) and never runs one.

https://docs.aws.amazon.com/redshift/latest/dg/stored-procedure-overview.html
https://docs.aws.amazon.com/redshift/latest/dg/c_pl_pgSQL_reference.html
"""
