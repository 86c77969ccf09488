// PGlite imports parts of itself when it starts, which jest refuses inside of its sandbox: so it is loaded outside.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class PGliteEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    const { PGlite } = await import('@electric-sql/pglite');
    this.global.PGlite = PGlite;
  }
};
