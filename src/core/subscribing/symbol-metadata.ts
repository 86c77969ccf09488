/**
 * Standard decorators keep what they note under `Symbol.metadata`, which Node 20 to 24, Bun and today's
 * browsers lack. Compilers look for it when a class is defined, so it has to be set before; this file is
 * the package's one side effect.
 */
const symbols: { metadata?: symbol } = Symbol;
if (symbols.metadata === undefined) Object.defineProperty(Symbol, 'metadata', { value: Symbol.for('Symbol.metadata') });
