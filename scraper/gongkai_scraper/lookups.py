"""What the ledger tells of portals besides their documents: what was known, what failed, which runs there were, what lists named."""

import sqlite3
from dataclasses import fields, replace

from gongkai_scraper.records import Attached, Failure, Known, Listed, Run

HELD = "(outcome IS NULL OR outcome NOT IN ('redirect', 'absent', 'failed', 'refused'))"
"""Which fetches gave the document that was asked for; an outcome that is none at all must not be left out in silence."""


def known_of(ledger: sqlite3.Connection, portal: str) -> dict[str, Known]:
    """Return what was last had from each address of a portal, by the address asked for and the one that answered."""
    sql = (
        "SELECT requested_url, capture_id, url, fetched_at, etag, last_modified, media_type, charset FROM fetches "
        f"WHERE portal = ? AND {HELD} AND url IS NOT NULL ORDER BY fetched_at, fetch_id"
    )
    found: dict[str, Known] = {}
    for requested, *values in ledger.execute(sql, (portal,)):
        known = Known(*values)
        before = found.get(known.url)
        if before and before.capture_id == known.capture_id:
            # Word that a document is as it was need not repeat by what one asks for that.
            tags = (known.etag or before.etag, known.last_modified or before.last_modified)
            known = replace(known, etag=tags[0], last_modified=tags[1])
        found[known.url] = known
        if requested:
            found[requested] = known
    return found


def failures_of(ledger: sqlite3.Connection, role: str | None) -> list[Failure]:
    """Return the addresses whose last fetch in a role, or in any, gave no document."""
    where, values = ("AND role = ?", (role,)) if role else ("", ())
    # Of the columns beside max(), SQLite takes the values of the row that holds the maximum.
    sql = (
        "SELECT portal, region_code, agency_id, COALESCE(requested_url, url) AS asked, link_title, role, outcome, "
        "COALESCE(reason, ''), fetched_at, status, max(fetch_id) FROM fetches "
        f"WHERE outcome <> 'redirect' AND asked IS NOT NULL {where} GROUP BY portal, role, asked ORDER BY portal, asked"
    )
    failures = (Failure(*row[:-1]) for row in ledger.execute(sql, values))
    return [failure for failure in failures if failure.outcome in ("absent", "failed", "refused")]


def attached_of(ledger: sqlite3.Connection) -> list[Attached]:
    """Return what documents led to, by the address of the one that led there, and then by its own."""
    listed = "SELECT url FROM fetches WHERE role = 'report' AND found_on IS NULL AND url IS NOT NULL"
    sql = (
        f"SELECT DISTINCT found_on, url, CASE WHEN {HELD} THEN capture_id END AS held, url IN ({listed}) FROM fetches "
        "WHERE role = 'report' AND found_on IS NOT NULL AND url IS NOT NULL ORDER BY found_on, url, held"
    )
    return [Attached(page, url, held, bool(is_listed)) for page, url, held, is_listed in ledger.execute(sql)]


def runs_of(ledger: sqlite3.Connection, portal: str | None) -> list[Run]:
    """Return the runs at a portal, or at all, the earliest first."""
    where, values = ("WHERE portal = ?", (portal,)) if portal else ("", ())
    sql = f"SELECT {', '.join(field.name for field in fields(Run))} FROM runs {where} ORDER BY run_id"
    return [Run(*row) for row in ledger.execute(sql, values)]


def links_of(ledger: sqlite3.Connection, portal: str | None) -> list[Listed]:
    """Return the reports that the lists of a portal, or of all, named; by portal and address."""
    where, values = ("WHERE links.portal = ?", (portal,)) if portal else ("", ())
    sql = (
        "SELECT links.portal, url, title, published_on, links.agency_id, first.started_at, last.started_at FROM links "
        "JOIN runs AS first ON first.run_id = first_run JOIN runs AS last ON last.run_id = last_run "
        f"{where} ORDER BY links.portal, url"
    )
    return [Listed(*row) for row in ledger.execute(sql, values)]
