import type { INestApplication, LoggerService, ModuleMetadata, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventBus } from 'class-events';
import { EventBusModule, type EventBusModuleOptions } from 'class-events/nestjs';

/** What an application wrote to Nest's log, as `level [context] message`; stacks apart. */
export class LogBook implements LoggerService {
  readonly lines: string[] = [];
  readonly stacks: string[] = [];

  log(): void {}

  error(message: unknown, ...rest: unknown[]): void {
    const [stack, context] = rest.length > 1 ? rest : [undefined, ...rest];
    if (typeof stack === 'string') this.stacks.push(stack);
    this.lines.push(`error [${String(context)}] ${String(message)}`);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.lines.push(`warn [${String(rest.at(-1))}] ${String(message)}`);
  }
}

/** A class with the metadata of a module, for tests that need many of them. */
export function moduleOf(metadata: ModuleMetadata): Type {
  class TestModule {}
  Module(metadata)(TestModule);
  return TestModule;
}

const running = new Set<INestApplication>();

/** A real application that has the metadata's providers and an `EventBusModule`; not started yet. */
export async function create(
  { imports = [], ...metadata }: ModuleMetadata,
  options?: EventBusModuleOptions,
): Promise<{ app: INestApplication; bus: EventBus; log: LogBook }> {
  const log = new LogBook();
  const root = moduleOf({ imports: [...imports, EventBusModule.forRoot(options)], ...metadata });
  const app = await NestFactory.create(root, { logger: log, abortOnError: false });
  running.add(app);
  return { app, bus: app.get(EventBus), log };
}

/** The same, started. */
export async function boot(...given: Parameters<typeof create>): ReturnType<typeof create> {
  const created = await create(...given);
  await created.app.init();
  return created;
}

/** Starts to listen on a free port, and returns the address. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

/** Closes what the test has started; for `afterEach`. */
export async function closeAll(): Promise<void> {
  const all = [...running];
  running.clear();
  for (const app of all) await app.close();
}
