import 'reflect-metadata';
import { deliveryOptions } from './delivery-options.js';
import { classNameOf, eventClassesOf, isEventClass, type EventClass, type EventOf } from './event-class.js';
import type { EventHandler, Handler, HandlerOptions } from './handler.js';
import { addMark } from './mark.js';

/**
 * What `@On(…)` returns: a decorator for methods and classes that accept the event, in TypeScript's legacy dialect and
 * in the standard one.
 *
 * @example
 * ```ts
 * const OnOrder: OnDecorator<OrderPlaced> = On(OrderPlaced, { priority: 10 });
 * ```
 */
export interface OnDecorator<E extends object> {
  // The method's own type F, not Handler<E>: a property descriptor is invariant and would refuse correct methods.
  <F extends Handler<E>>(target: object, method: string | symbol, descriptor: TypedPropertyDescriptor<F>): void;
  <F extends Handler<E>>(
    method: F,
    context: ClassMethodDecoratorContext<never, F> | ClassMethodDecoratorContext<any, F>,
  ): void;
  <C extends abstract new (...dependencies: never) => EventHandler<E>>(
    subscriberClass: C,
    context?: ClassDecoratorContext<C>,
  ): void;
}

/**
 * Subscribes a method of a service class, or the `handle` method of the class below it, when an instance is given to
 * `bus.register`. Decorators stack, subclasses inherit them, and an override runs in place of the base's method.
 *
 * Give the event class; or a list of them; or, where files import each other, an arrow function that returns it. With
 * nothing given the class is taken from the parameter's type, which needs legacy decorators with
 * `emitDecoratorMetadata`, compiled by tsc, swc or Bun.
 *
 * @throws TypeError when the class is defined: on static, private and accessor members and on fields, for an event
 * class that is undefined (a circular import), for options that `subscribe` would refuse, and where nothing can be inferred.
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
export function On(): OnDecorator<any>;
export function On<const C extends readonly EventClass[]>(
  eventClasses: C,
  options?: HandlerOptions<EventOf<C[number]>>,
): OnDecorator<EventOf<C[number]>>;
// Before the class: an arrow function satisfies EventClass as well.
export function On<E extends object>(eventClass: () => EventClass<E>, options?: HandlerOptions<E>): OnDecorator<E>;
export function On<E extends object>(eventClass: EventClass<E>, options?: HandlerOptions<E>): OnDecorator<E>;
export function On(
  ...given: [eventClass?: unknown, options?: HandlerOptions<never>]
): (target: object, ...rest: unknown[]) => void {
  const [named, options] = given;
  deliveryOptions(options, 'sync');
  // Asked by the number of arguments: On(undefined) is a circular import, On() wants the parameter's type.
  const lookUp = given.length === 0 ? undefined : eventClassesFrom(named);
  return (target, ...rest) => {
    const place = placeOf(target, rest);
    addMark(place.holder, { method: place.method, eventClasses: lookUp ?? inferred(place), options });
  };
}

/** Where a decorator stands. */
interface Place {
  /** A prototype or a class's metadata. */
  readonly holder: object;
  readonly method: string | symbol;
  readonly standard: boolean;
  readonly name: string;
}

function placeOf(target: object, rest: unknown[]): Place {
  const [second, descriptor] = rest;
  if (typeof second === 'object' && second !== null) return placeInStandardDialect(target, second as DecoratorContext);
  const isClass = second === undefined;
  const holder = isClass ? ((target as EventClass).prototype as object) : target;
  const method = isClass ? 'handle' : (second as string | symbol);
  const place: Place = { holder, method, standard: false, name: `${classNameOf(holder)}.${String(method)}` };
  if (isClass) return place;
  if (typeof target === 'function') refuse({ ...place, name: `${target.name}.${String(method)}` }, 'static');
  if (typeof (descriptor as PropertyDescriptor | undefined)?.value !== 'function')
    refuse(place, descriptor === undefined ? 'a field' : 'an accessor');
  return place;
}

function placeInStandardDialect(target: object, context: DecoratorContext): Place {
  const isClass = context.kind === 'class';
  const method = isClass ? 'handle' : context.name;
  const name = isClass ? `${(target as EventClass).name}.handle` : String(method);
  const place: Place = { holder: context.metadata, method, standard: true, name };
  if ((context.metadata as object | undefined) === undefined) {
    throw new TypeError(
      `@On on ${name}: this compiler keeps no decorator metadata. Use TypeScript 5.2 or newer, or a current esbuild, swc or Babel.`,
    );
  }
  if (isClass) return place;
  if (context.kind !== 'method') refuse(place, `a ${context.kind}`);
  if (context.static) refuse(place, 'static');
  if (context.private) refuse(place, 'private');
  return place;
}

function refuse({ name }: Place, what: string): never {
  throw new TypeError(`@On cannot stand on ${name}: it is ${what}. Put it on a public method of the instance.`);
}

function eventClassesFrom(named: unknown): () => readonly unknown[] {
  // An arrow function has no prototype: it names the class late.
  if (typeof named === 'function' && !isEventClass(named)) return () => [(named as () => unknown)()];
  const eventClasses = eventClassesOf(named);
  return () => eventClasses;
}

const uninformative = new Set<unknown>([Object, String, Number, Boolean, Symbol, BigInt, Function, Array, Promise]);

function inferred({ holder, method, standard, name }: Place): () => readonly EventClass[] {
  const remedy = `Name the class: @On(OrderPlaced) above ${name}.`;
  const types = standard
    ? undefined
    : (Reflect.getMetadata('design:paramtypes', holder, method) as unknown[] | undefined);
  if (types === undefined) {
    throw new TypeError(
      `@On() cannot tell the event class of ${name}: there is no type metadata here. It needs experimentalDecorators with ` +
        `emitDecoratorMetadata and a compiler that heeds it (esbuild and vite do not), and a method below it. ${remedy}`,
    );
  }
  const [type] = types;
  if (types.length > 0 && type === undefined) {
    throw new TypeError(
      `@On() found no class for the parameter of ${name}: two files import each other. Name it late: @On(() => OrderPlaced).`,
    );
  }
  if (!isEventClass(type) || uninformative.has(type)) {
    throw new TypeError(
      `@On() cannot tell the event class of ${name}: its first parameter is missing, or its type is no class (yet, if files import each other). ${remedy}`,
    );
  }
  return () => [type];
}
