// Hands the charts of a dashboard to datasette-dashboards, which draws them.
const dashboard = JSON.parse(document.getElementById("dashboard-data").textContent)
for (const [name, chart] of Object.entries(dashboard.charts)) {
  renderChart(name, chart, dashboard.query, dashboard.site)
}
