"use strict";

/** Says at the end which programs were run, and which could not be: a run that was skipped must not look like one that passed. */
module.exports = class ReportRuns {
  onRunComplete(_contexts, results) {
    const tests = results.testResults.flatMap((file) => file.testResults);
    const runs = tests.filter((test) => /^runs .*(natively|under \S+)( with \S+ \S+)?$/.test(test.title));
    const skipped = tests.filter((test) => test.status === "pending");
    console.log(`\nPrograms: ran ${runs.filter((test) => test.status === "passed").length}, failed ${runs.filter((test) => test.status === "failed").length}`);
    console.log(`Skipped ${skipped.length}${skipped.length === 0 ? "" : ":"}`);
    for (const test of skipped) console.log(`  ${test.fullName}`);
    const count = (status) => tests.filter((test) => test.status === status).length;
    console.log(`\ntests: ${count("passed")} passed, ${count("failed")} failed, ${skipped.length} skipped`);
  }
};
