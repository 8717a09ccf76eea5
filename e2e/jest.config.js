/** @type {import("jest").Config} */
module.exports = {
  ...require("../jest.config.js"),
  rootDir: "..",
  testMatch: ["<rootDir>/e2e/suites/**/*.test.ts"],
  // Analysis keeps one core busy, compilations all: beside each other two suites fill the time in which the other cannot.
  maxWorkers: 2,
  testSequencer: "<rootDir>/e2e/harness/sequence-suites.js",
  // A cold build of every runtime is one test's set-up.
  testTimeout: 15 * 60 * 1000,
  // A test that is skipped fails the run, unless e2e/suites/allowed-skips.ts says why it may be.
  reporters: ["default", ["<rootDir>/e2e/harness/report-runs.js", { suites: `${__dirname}/suites` }]],
};
