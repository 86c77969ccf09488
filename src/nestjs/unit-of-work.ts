import { Inject } from '@nestjs/common';
import type { EventBus } from '../core/index.js';
import { type Begin, currentUnitOfWork, type RunUnitOfWork, transactional } from '../domain/index.js';

/**
 * Runs work in a transaction of the application's database, as what `transactional` makes does, and is injected by its
 * class. Inside another unit of work it joins that one. Rejects with what the work, `begin` or a handler before the
 * commit throws.
 *
 * @typeParam Transaction What `begin` gives to its callback: a client, a manager.
 * @example
 * ```ts
 * @Injectable()
 * class Checkout {
 *   constructor(private readonly unitOfWork: UnitOfWork<EntityManager>, private readonly bus: EventBus) {}
 *
 *   place(orderId: string): Promise<void> {
 *     return this.unitOfWork(async (manager) => {
 *       await manager.insert(Order, { orderId });
 *       await this.bus.publish(new OrderPlaced(orderId));
 *     });
 *   }
 * }
 * ```
 */
export type UnitOfWork<Transaction = unknown> = RunUnitOfWork<Transaction> & {
  /**
   * The transaction of the unit of work that is open where it is asked; undefined where none is. For repositories: what
   * is written by another connection is not part of the transaction.
   */
  readonly transaction: Transaction | undefined;
};

/** The class by which Nest injects it. `OutboxModule` provides the object, which is a function. */
export const UnitOfWork: abstract new () => UnitOfWork = class UnitOfWork {} as never;

/** Returns the unit of work of an application, for injection. */
export function unitOfWorkOf(bus: EventBus, begin: Begin<unknown>): UnitOfWork {
  const unitOfWork: RunUnitOfWork<unknown> = transactional(bus, begin);
  return Object.defineProperty(unitOfWork, 'transaction', {
    get: () => {
      const unit = currentUnitOfWork(bus);
      return unit?.active ? unit.transaction : undefined;
    },
  }) as UnitOfWork;
}

const injected = Symbol('class-events/nestjs/unit-of-work');

/**
 * Runs a method of a provider or controller in a unit of work, which its promise waits for. The method gets the
 * transaction from its `UnitOfWork`. Stands below Nest's own decorators or above them.
 *
 * @throws TypeError for what is no method.
 * @example
 * ```ts
 * @Injectable()
 * class Checkout {
 *   constructor(private readonly unitOfWork: UnitOfWork<EntityManager>, private readonly bus: EventBus) {}
 *
 *   @InUnitOfWork()
 *   async place(orderId: string): Promise<void> {
 *     await this.unitOfWork.transaction!.insert(Order, { orderId });
 *     await this.bus.publish(new OrderPlaced(orderId));
 *   }
 * }
 * ```
 */
export function InUnitOfWork(): MethodDecorator {
  return (target, name, descriptor) => {
    const method: unknown = descriptor?.value;
    if (typeof target === 'function' || typeof method !== 'function') {
      throw new TypeError(`@InUnitOfWork() stands above a method of a provider, which ${String(name)} is not.`);
    }
    // A property that Nest fills, so that each application's instance has the unit of work of its own application.
    Inject(UnitOfWork)(target, injected);
    const wrapper = async function (this: { readonly [injected]?: UnitOfWork }, ...args: unknown[]): Promise<unknown> {
      const unitOfWork = this[injected];
      if (!unitOfWork) {
        const owner = target.constructor.name;
        throw new Error(
          `${owner}.${String(name)} has no unit of work: ${owner} was not made by Nest. Provide it in a module, and import OutboxModule.forRoot.`,
        );
      }
      return unitOfWork(() => method.apply(this, args) as unknown);
    };
    Object.defineProperty(wrapper, 'name', { value: method.name });
    // What decorators below have noted of the method: its route, its guards.
    for (const key of Reflect.getOwnMetadataKeys(method) as unknown[]) {
      Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), wrapper);
    }
    descriptor.value = wrapper as never;
  };
}
