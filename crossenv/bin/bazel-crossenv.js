"use strict";

// Called by the script `bazel-crossenv`; on Windows, where that cannot run, by hand.
// Before tsx, whose loader takes four times as long for each of its files.
for (const library of ["yargs", "fastest-levenshtein", "semver"]) require(library);

require("tsx/cjs");

process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});

const { run } = require("../run.ts");
const { machineIo } = require("../io.ts");

run(process.argv.slice(2), machineIo()).then((exitCode) => {
  // Not process.exit: what is still being written to a pipe would be lost.
  process.exitCode = exitCode;
});
