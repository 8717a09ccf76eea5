"use strict";

const { default: TestSequencer } = require("@jest/test-sequencer");

// jest transforms tests, not sequencers.
const { orderSuites } = require("tsx/cjs/api").require("./suite-order.ts", __filename);

/** jest's order of test files, but for the suites that run first. */
module.exports = class SequenceSuites extends TestSequencer {
  sort(tests) {
    return orderSuites(super.sort(tests));
  }
};
