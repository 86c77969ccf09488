// arktype has ES modules only, which jest does not load inside of its sandbox: so it is loaded outside.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class ArktypeEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    const { type } = await import('arktype');
    this.global.arktype = type;
  }
};
