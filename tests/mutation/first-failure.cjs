const StrykerEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

/** Skips what is left when one test has failed: that one kills the mutant, and hundreds of failures take seconds to print. */
module.exports = class FirstFailure extends StrykerEnvironment {
  failed = false;

  async handleTestEvent(event, state) {
    if (event.name === 'test_start' && this.failed) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0) this.failed = true;
    await super.handleTestEvent?.(event, state);
  }
};
