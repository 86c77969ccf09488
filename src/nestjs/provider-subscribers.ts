import { ContextIdFactory, ModuleRef, type ModulesContainer } from '@nestjs/core';
import { type EventBus, type EventClass, isEventClass, isSubscriber } from '../core/index.js';
import { contextIdFor } from './event-request.js';

type NestModule = ModulesContainer extends Map<string, infer Module> ? Module : never;
/** What Nest knows of one provider or controller. */
type InstanceWrapper = NestModule['providers'] extends Map<unknown, infer Wrapper> ? Wrapper : never;

/**
 * Subscribes the `@On` methods of all providers and controllers of an application: by instance where there is one, so
 * that a class in two modules is two subscribers and an alias none; by class where each event gets an instance.
 *
 * @throws TypeError or Error as `register` and `registerClass` do.
 */
export function registerProviders(bus: EventBus, modules: ModulesContainer): void {
  const scopedClasses = new Set<EventClass>();
  for (const wrapper of wrappersIn(modules)) {
    if (isScoped(wrapper)) registerScoped(bus, wrapper, scopedClasses);
    else if (isObject(wrapper.instance) && isSubscriber(wrapper.instance)) bus.register(wrapper.instance);
  }
}

/** What Nest knows of all providers and controllers, aliases left out. */
export function wrappersIn(modules: ModulesContainer): InstanceWrapper[] {
  return [...modules.values()]
    .flatMap(({ providers, controllers }) => [...providers.values(), ...controllers.values()])
    .filter(({ isAlias }) => !isAlias);
}

function isScoped(wrapper: InstanceWrapper): boolean {
  return wrapper.isTransient || !wrapper.isDependencyTreeStatic();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function registerScoped(bus: EventBus, wrapper: InstanceWrapper, registered: Set<EventClass>): void {
  // What a factory makes cannot be seen before it is made, so its token speaks for it.
  const provided: unknown = wrapper.isNotMetatype ? wrapper.token : wrapper.metatype;
  if (!isEventClass(provided) || !isSubscriber(Object.create(provided.prototype) as object)) return;
  const subscriberClass = registered.has(provided) ? subclassOf(provided) : provided;
  registered.add(provided);
  bus.registerClass(subscriberClass, resolverOf(wrapper));
}

/** Returns a subclass for a second module that provides a class. Otherwise the class would be registered only once. */
function subclassOf(subscriberClass: EventClass): EventClass {
  const subclass = class extends (subscriberClass as new () => object) {};
  return Object.defineProperty(subclass, 'name', { value: subscriberClass.name });
}

function resolverOf(wrapper: InstanceWrapper): (subscriberClass: EventClass, event: object) => Promise<object> {
  const moduleRef = wrapper.host?.providers.get(ModuleRef)?.instance as ModuleRef;
  return async (_, event) => {
    // A transient provider that needs no request gets a context of its own, so that each event gets a new instance.
    const contextId = wrapper.isDependencyTreeStatic() ? ContextIdFactory.create() : contextIdFor(event, moduleRef);
    return moduleRef.resolve<object>(wrapper.token as string, contextId);
  };
}
