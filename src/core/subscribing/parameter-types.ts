// For what it adds to the type of `Reflect`.
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers
import type {} from 'reflect-metadata';
import * as reflectMetadata from 'reflect-metadata/no-conflict';

// Compilers write parameter types by `Reflect.metadata`. The functions are added here, because the package's own way to
// add them throws where `Reflect` is frozen. What somebody else has added stays.
for (const [name, value] of Object.entries(reflectMetadata)) {
  if (typeof value !== 'function' || name in Reflect) continue;
  Reflect.defineProperty(Reflect, name, { configurable: true, writable: true, value });
}

/** Returns the classes of a method's parameters, where the compiler has noted them. */
export function parameterTypesOf(prototype: object, method: string | symbol): unknown[] | undefined {
  return Reflect.getMetadata?.('design:paramtypes', prototype, method) as unknown[] | undefined;
}
