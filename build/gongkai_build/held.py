"""Tables that `gongkai.db` holds besides the published ones: what is known of the reports of each region and year, those of the divisions within it included,
when the newest document was fetched, and with which release this one was compared.

They are made of the published tables by SQL and of the descriptor, hold nothing that these do not hold, and are no part of the data package.
"""

WITHIN = """
WITH RECURSIVE within (region_code, code) AS (
  SELECT code, code FROM regions
  UNION ALL
  SELECT regions.parent_code, within.code
  FROM within JOIN regions ON regions.code = within.region_code
  WHERE regions.parent_code IS NOT NULL
)
"""
"""Each division with all that lie within it, itself included."""

STATES = ("published", "late", "missing", "failed", "refused")
"""What `coverage` says of an agency and year; `region_years` counts each."""

HELD_SQL = (
    "CREATE TABLE region_years (region_code TEXT, year INTEGER, reports INTEGER, checks_failed INTEGER, changed INTEGER, "
    + "".join(f"{state} INTEGER, " for state in STATES)
    + "PRIMARY KEY (region_code, year)) WITHOUT ROWID",
    f"""INSERT INTO region_years {WITHIN}
    SELECT within.region_code, coverage.year, count(reports.report_id), coalesce(sum(reports.checks_failed), 0),
      sum(EXISTS (SELECT 1 FROM changes WHERE changes.report_id = coverage.report_id)),
      {", ".join(f"sum(coverage.state = '{state}')" for state in STATES)}
    FROM within JOIN agencies ON agencies.region_code = within.code JOIN coverage ON coverage.agency_id = agencies.agency_id
      LEFT JOIN reports ON reports.report_id = coverage.report_id
    GROUP BY 1, 2 ORDER BY 1, 2""",
    "CREATE TABLE region_totals (region_code TEXT PRIMARY KEY, agencies INTEGER, reports INTEGER, first_year INTEGER, last_year INTEGER) "
    "WITHOUT ROWID",
    f"""INSERT INTO region_totals {WITHIN}
    SELECT within.region_code, count(DISTINCT agencies.agency_id), count(reports.report_id), min(reports.year), max(reports.year)
    FROM within JOIN agencies ON agencies.region_code = within.code LEFT JOIN reports ON reports.agency_id = agencies.agency_id
    GROUP BY 1 ORDER BY 1""",
    "CREATE TABLE newest (fetched_at TEXT)",
    "CREATE TABLE release_before (version TEXT)",
    "INSERT INTO newest SELECT max(fetched_at) FROM captures WHERE report_id IS NOT NULL",
)
"""The statements that make `region_years`, `region_totals`, `newest` and `release_before` (which is filled from the descriptor) in a database that holds the published tables and their indexes."""
