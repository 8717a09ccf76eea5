"use strict";

// jest transforms tests, not reporters.
module.exports = require("tsx/cjs/api").require("./report-runs.ts", __filename).ReportRuns;
