"""Athena's query engine: Trino's SQL over Parquet files of the Data Catalog, run by DuckDB.

A query sees only the tables that a Catalog gives it, with the columns and rows that its caller may
read. https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html
"""
