/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // Imports and whole manifests take seconds on a machine that has more to do.
  testTimeout: 60_000,
  transform: {
    "^.+\\.(?:ts|js)$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // What is published as modules of ECMAScript alone, jest has to be given in the older form.
  transformIgnorePatterns: ["/node_modules/(?!@hpcc-js/)"],
  projects: undefined,
  testMatch: ["<rootDir>/{generator,manifest,crossenv,e2e/harness,e2e/modules,e2e/reference,bench}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/bazel-"],
  // Unit tests need nothing that a machine may lack: none is skipped.
  reporters: ["default", "<rootDir>/e2e/harness/report-runs.js"],
  modulePathIgnorePatterns: ["<rootDir>/bazel-", "<rootDir>/.e2e/"],
};
