#!/usr/bin/env node
"use strict";

// Optimised code pays after seconds, which an import alone takes: without it, the others are done in three quarters of the time.
if (!process.argv.includes("import")) require("node:v8").setFlagsFromString("--no-opt");

// Before tsx, whose loader takes four times as long for each of their files: 0.25 s in all.
for (const library of ["yargs", "yaml", "zod", "semver", "handlebars", "diff", "fastest-levenshtein"]) require(library);

require("tsx/cjs");

// Decoding a map for each file would take 0.03 s; NODE_OPTIONS=--enable-source-maps brings the lines of a fault back.
if (!(process.env.NODE_OPTIONS ?? "").includes("--enable-source-maps")) process.setSourceMapsEnabled(false);

// Whoever reads the output may have seen enough (gen-bzl list | head -1).
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});

const { run } = require("../cli/run.ts");

run(process.argv.slice(2), {
  cwd: process.cwd(),
  isTerminal: process.stderr.isTTY === true,
  archivesIndex: process.env.XLLVM_ARCHIVES,
  programs: { path: process.env.PATH ?? "", llvmRoot: process.env.XLLVM_LLVM_ROOT },
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
}).then((exitCode) => {
  // Not process.exit: what is still being written to a pipe would be lost.
  process.exitCode = exitCode;
});
