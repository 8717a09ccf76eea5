#!/usr/bin/env node
"use strict";

require("tsx/cjs");

const { run } = require("../cli/run.ts");

run(process.argv.slice(2), {
  cwd: process.cwd(),
  isTerminal: process.stderr.isTTY === true,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
}).then((exitCode) => {
  // Not process.exit: what is still being written to a pipe would be lost.
  process.exitCode = exitCode;
});
