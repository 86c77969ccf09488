import { deliveryOptions } from './handler-options.js';
import { classNameOf, type EventClass, eventClassesOf, type EventOf, isEventClass, nameOf } from '../event-class.js';
import type {
  ContextOf,
  EventHandler,
  Handler,
  HandlerContext,
  HandlerOptions,
  InferredOptions,
  Phase,
} from './handler.js';
import { isGenerator } from './handler-function.js';
import { addMark } from './mark.js';
import { parameterTypesOf } from './parameter-types.js';

/**
 * What `@On(…)` returns: a decorator for methods and classes that accept the event, in TypeScript's legacy dialect and
 * in the standard one. `Context` is what it gives them besides the event.
 *
 * @example
 * ```ts
 * const OnOrder: OnDecorator<OrderPlaced> = On(OrderPlaced, { priority: 10 });
 * ```
 */
export interface OnDecorator<E extends object, Context = HandlerContext<never>> {
  // One signature for all places in both dialects: the compiler explains a failure once for each signature, so that
  // its cause would stand far below. The target has its own type if it fits, otherwise the one that it should have.
  // In the legacy dialect the method is in the descriptor, with a type parameter of its own because a descriptor is
  // invariant.
  <Target, Position = undefined, Method extends Handler<E, Context> = never>(
    target: Position extends { readonly kind: 'method'; readonly static: false; readonly private: false }
      ? Target extends Handler<E, Context>
        ? Target
        : Handler<E, Context>
      : Position extends { readonly kind: 'class' } | undefined
        ? Target extends abstract new (...dependencies: never) => EventHandler<E, Context>
          ? Target
          : abstract new (...dependencies: never) => EventHandler<E, Context>
        : Position extends ([Method] extends [never] ? never : Target extends Function ? never : string | symbol)
          ? Target
          : '@On stands on a public method of the instance, or on a class',
    position?: Position,
    descriptor?: TypedPropertyDescriptor<Method>,
  ): void;
}

/**
 * Subscribes a method of a service class, or the `handle` method of the class below it, when an instance is given to
 * `bus.register`. Decorators stack, subclasses inherit them, and an override runs in place of the base's method.
 *
 * Give the event class; or a list of them; or, where files import each other, an arrow function that returns it. With
 * nothing given the class is taken from the parameter's type, which needs legacy decorators with
 * `emitDecoratorMetadata` and a compiler that heeds it: esbuild does not.
 *
 * @throws TypeError when the class is defined: on static, private and accessor members and on fields, for
 * an event class that is undefined (a circular import), for options that `subscribe` would refuse, and
 * where nothing can be inferred.
 *
 * @example
 * ```ts
 * class Receipts {
 *   @On(OrderPlaced)
 *   async send(event: OrderPlaced) { await this.mailer.send(event.orderId); }
 * }
 * bus.register(new Receipts());
 * ```
 */
export function On(): OnDecorator<never>;
export function On<
  const Key,
  const Durable extends string | undefined = undefined,
  const Transactional extends boolean | undefined = undefined,
  const WantedPhase extends Phase | undefined = undefined,
>(
  // No constraint: with one, what is no key would stand for every class, and the decorator would complain as well.
  eventClass: Key extends EventClass | readonly EventClass[] ? Key : EventClass | readonly EventClass[],
  options?: InferredOptions<EventOf<Key>, Durable, Transactional, WantedPhase>,
): OnDecorator<EventOf<Key>, ContextOf<Durable, Transactional, WantedPhase, never>>;
export function On(...given: [eventClass?: unknown, options?: HandlerOptions<never>]): unknown {
  const [named, options] = given;
  deliveryOptions(options, 'sync');
  // An arrow function has no prototype: it names the class late.
  const isLate = typeof named === 'function' && !isEventClass(named);
  if (given.length > 0 && !isLate) eventClassesOf(named, ' in @On');
  return (target: object, ...rest: unknown[]): void => {
    const { holder, method, name, types, callable, hasMetadata } = placeOf(target, rest);
    if (isGenerator(callable)) refuse(method, 'a generator, and calling one runs nothing');
    if (!holder) {
      const why = Symbol.metadata ? 'the compiler keeps no decorator metadata' : 'Symbol is frozen without metadata';
      throw new TypeError(
        `@On of ${name}: ${why}. TypeScript 5.2, esbuild 0.21, swc "2022-03", Babel "2023-05" and newer keep it.`,
      );
    }
    // Asked by the number of arguments: On(undefined) is a circular import, On() wants the parameter's type.
    const eventClasses = given.length === 0 ? inferred(name, types) : named;
    const mark = { method, options, eventClasses: isLate ? (named as () => unknown) : () => eventClasses };
    addMark(holder, mark, hasMetadata ? target : undefined);
  };
}

/** Where a decorator stands. */
interface Place {
  /** A prototype, or a class's metadata. */
  readonly holder: object | undefined;
  readonly method: string | symbol;
  readonly callable: unknown;
  /** For messages: with the class, except in the standard dialect, which does not know it yet. */
  readonly name: string;
  /** Whether the holder is the metadata of a class. */
  readonly hasMetadata?: boolean;
  /** The classes of the method's parameters, where the compiler notes them. */
  readonly types?: unknown[] | undefined;
}

function placeOf(target: object, [second, descriptor]: unknown[]): Place {
  if (second === undefined || (second as DecoratorContext).kind === 'class') return placeOfClass(target as EventClass);
  if (typeof second === 'object') return placeInStandardDialect(target, second as DecoratorContext);
  const method = second as string | symbol;
  if (typeof target === 'function') refuse(method, 'static');
  const callable: unknown = (descriptor as PropertyDescriptor | undefined)?.value;
  if (typeof callable !== 'function') refuse(method, 'no method');
  const name = `${classNameOf(target)}.${String(method)}`;
  return { holder: target, method, name, callable, types: parameterTypesOf(target, method) };
}

function placeInStandardDialect(callable: object, { metadata: holder, ...context }: DecoratorContext): Place {
  const method = context.name as string | symbol;
  if (context.kind !== 'method') refuse(method, 'no method');
  if (context.static) refuse(method, 'static');
  if (context.private) refuse(method, 'private');
  return { holder, method, name: String(method), callable, hasMetadata: true };
}

/** A class is marked for its `handle`, which may be a field and come later. It has its prototype in both dialects. */
function placeOfClass(subscriberClass: EventClass): Place {
  const holder = subscriberClass.prototype;
  const callable: unknown = Object.getOwnPropertyDescriptor(holder, 'handle')?.value;
  return { holder, method: 'handle', name: `${nameOf(subscriberClass)}.handle`, callable };
}

function refuse(method: string | symbol, what: string): never {
  throw new TypeError(
    `@On cannot stand on ${String(method)}: it is ${what}. Put it on a public method of the instance.`,
  );
}

const uninformative = new Set<unknown>([Object, String, Number, Boolean, Symbol, BigInt, Function, Array, Promise]);

function inferred(name: string, types: unknown[] | undefined): EventClass {
  const type = types?.[0];
  if (isEventClass(type) && !uninformative.has(type)) return type;
  throw new TypeError(
    `@On() cannot tell the event class of ${name}: ${whyUnknown(types)}. Name it: @On(OrderPlaced), or late: @On(() => OrderPlaced).`,
  );
}

/** The likeliest causes, for the compiler leaves no trace of the true one. */
function whyUnknown(types: unknown[] | undefined): string {
  if (!types) {
    return 'there is no type metadata: it takes a method, experimentalDecorators with emitDecoratorMetadata, and a compiler that heeds it (esbuild does not)';
  }
  if (types.length === 0) return 'it has no parameter';
  return 'the type of its first parameter is no class, is imported with `import type`, or was not loaded yet because of a circular import';
}
