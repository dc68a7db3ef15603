"""The crawler: reads Parquet footers in S3 and keeps Data Catalog tables current.

It imports no service: what it may read and write is decided by the clients that it is given.
"""

from __future__ import annotations

from sandbox.engines.crawler.crawl import crawl
from sandbox.engines.crawler.errors import CrawlError, CrawlStoppedError
from sandbox.engines.crawler.plan import Access, CatalogTarget, Plan, S3Target, Summary

__all__ = [
    "Access",
    "CatalogTarget",
    "CrawlError",
    "CrawlStoppedError",
    "Plan",
    "S3Target",
    "Summary",
    "crawl",
]
