/** @type {import("jest").Config} */
module.exports = {
  ...require("../jest.config.js"),
  rootDir: "../..",
  testMatch: ["<rootDir>/e2e/bootstrap/**/*.test.ts"],
  // Some thousand sources, three times.
  testTimeout: 12 * 60 * 60 * 1000,
  reporters: ["default"],
};
