import type ts from 'typescript';
import type { BusCall } from './bus-calls.js';
import type { ClassHierarchy } from './class-hierarchy.js';
import { elementType, eventTypes } from './event-types.js';
import type { Origins } from './origins.js';
import { packageImports } from './package-imports.js';
import type { Project } from './project.js';
import { keysOf } from './subscriptions.js';

/** Of which classes `@On` methods are subscribed. */
export class Registrations {
  readonly #hierarchy: ClassHierarchy;
  readonly #classes: ReadonlySet<ts.Symbol>;
  /** The registered classes, and all that they inherit from. */
  readonly #lineages: ReadonlySet<ts.Symbol>;
  /** Something else registers: a container, or a call whose type does not say what. */
  readonly #isOpen: boolean;

  constructor(project: Project, calls: readonly BusCall[], origins: Origins, hierarchy: ClassHierarchy) {
    this.#hierarchy = hierarchy;
    const registered = calls.flatMap((call) => {
      const [expression] = call.node.arguments;
      if (!expression) return [];
      if (call.method === 'registerClass') return keysOf(project, origins, expression, call);
      if (call.method !== 'register') return [];
      return origins.of({ expression, element: false, call }).map(({ expression, element }) => {
        const type = project.checker.getTypeAtLocation(expression);
        return eventTypes(project, (element && elementType(project, type)) || type);
      });
    });
    this.#classes = new Set(registered.flatMap(({ classes }) => classes));
    this.#lineages = hierarchy.closureOf(this.#classes);
    this.#isOpen = registered.some(({ unknown }) => unknown !== undefined) || this.#isLeftToNest(project);
  }

  /** The module for NestJS registers all providers by itself. */
  #isLeftToNest(project: Project): boolean {
    return project.files.some((file) =>
      packageImports(project, file).some(({ text }) => text === 'class-events/nestjs'),
    );
  }

  /** Whether nothing in the project registers the class, an heir of it, or a base type that it may stand behind. */
  isLeftOut(subscriberClass: ts.Symbol): boolean {
    if (this.#isOpen) return false;
    if (this.#lineages.has(subscriberClass)) return false;
    return ![...this.#hierarchy.ancestorsOf(subscriberClass)].some((ancestor) => this.#classes.has(ancestor));
  }
}
