import type { EventBus } from '../core/index.js';

const sections = ['imports', 'providers', 'controllers', 'exports'];

/** Returns whether a value is a module of NestJS: a class with `@Module`, or what a `forRoot` returns. */
export function isNestModule(value: unknown): value is object {
  const module = value instanceof Object && 'module' in value ? value.module : value;
  if (typeof module !== 'function') return false;
  // Nest keeps what `@Module` says by reflect-metadata, which is there if Nest is.
  const { hasOwnMetadata } = Reflect as { hasOwnMetadata?: (key: string, target: object) => boolean };
  return sections.some((section) => hasOwnMetadata?.(section, module));
}

/** Returns a bus with the subscriptions of a NestJS module. Nothing of the module is built. */
export async function busOfNestModule(module: object): Promise<EventBus> {
  const { previewBus } = await import('../nestjs/preview-bus.js');
  return previewBus(module);
}
