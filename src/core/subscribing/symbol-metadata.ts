/**
 * Standard decorators keep what they note under `Symbol.metadata`, which Node 20 to 24, Bun and today's
 * browsers lack. Compilers look for it when a class is defined, so it has to be set before; this file is
 * the package's one side effect. Where `Symbol` is frozen it stays away, and `@On` says so.
 */
const symbols: { metadata?: symbol } = Symbol;
if (symbols.metadata === undefined)
  Reflect.defineProperty(Symbol, 'metadata', { value: Symbol.for('Symbol.metadata') });
