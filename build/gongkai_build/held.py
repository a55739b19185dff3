"""Tables that `gongkai.db` holds besides the published ones: how many reports there are of each region, those of the divisions within it included,
and when the newest document was fetched.

They are made of the published tables by SQL, hold nothing that these do not hold, and are no part of the data package.
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

HELD_SQL = (
    "CREATE TABLE region_years (region_code TEXT, year INTEGER, agencies INTEGER, reports INTEGER, checks_failed INTEGER, "
    "PRIMARY KEY (region_code, year)) WITHOUT ROWID",
    f"""INSERT INTO region_years {WITHIN}
    SELECT within.region_code, reports.year, count(DISTINCT agencies.agency_id), count(*), sum(reports.checks_failed)
    FROM within JOIN agencies ON agencies.region_code = within.code JOIN reports ON reports.agency_id = agencies.agency_id
    GROUP BY 1, 2 ORDER BY 1, 2""",
    "CREATE TABLE region_totals (region_code TEXT PRIMARY KEY, agencies INTEGER, reports INTEGER, first_year INTEGER, last_year INTEGER) "
    "WITHOUT ROWID",
    f"""INSERT INTO region_totals {WITHIN}
    SELECT within.region_code, count(DISTINCT agencies.agency_id), count(reports.report_id), min(reports.year), max(reports.year)
    FROM within JOIN agencies ON agencies.region_code = within.code LEFT JOIN reports ON reports.agency_id = agencies.agency_id
    GROUP BY 1 ORDER BY 1""",
    "CREATE TABLE newest (fetched_at TEXT)",
    "INSERT INTO newest SELECT max(fetched_at) FROM captures WHERE report_id IS NOT NULL",
)
"""The statements that make `region_years`, `region_totals` and `newest` in a database that holds the published tables and their indexes."""
