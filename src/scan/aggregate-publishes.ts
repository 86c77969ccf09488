import type ts from 'typescript';
import type { Aggregates } from './aggregates.js';
import type { Call, Code } from './code.js';
import { elementType } from './event-types.js';
import type { Origins } from './origins.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';
import type { Publish } from './publishes.js';

/** What `class-events/domain` publishes of aggregates: by `publishEventsOf`, and by the façade `domainEvents(bus)`. */
export class AggregatePublishes {
  readonly #project: Project;
  readonly #origins: Origins;
  readonly #aggregates: Aggregates;
  readonly #packageCode: PackageCode;

  constructor(project: Project, packageCode: PackageCode, origins: Origins, aggregates: Aggregates) {
    this.#project = project;
    this.#packageCode = packageCode;
    this.#origins = origins;
    this.#aggregates = aggregates;
  }

  in({ calls }: Code): Publish[] {
    const given = this.#callsOf(calls, 'publishEventsOf').flatMap((call) => this.#publishes(call, 1));
    const dispatches = this.#callsOf(calls, 'DomainEvents.dispatchEventsForAggregate').map((call) =>
      this.#publishes(call, 0).filter(({ unknown }) => unknown === undefined),
    );
    // By an id, so it may be of any aggregate that was marked.
    const hasIds = dispatches.some((publishes) => publishes.length === 0);
    const marked = hasIds ? this.#callsOf(calls, 'DomainEvents.markAggregateForDispatch') : [];
    return [...given, ...dispatches.flat(), ...marked.flatMap((call) => this.#publishes(call, 0))];
  }

  #callsOf(calls: readonly Call[], name: string): readonly Call[] {
    return calls.filter(({ targets }) => targets.some((target) => this.#packageCode.nameOf(target) === name));
  }

  /**
   * One for each aggregate that is given, from the argument `first` on, and for each of the callers of a repository.
   */
  #publishes(call: Call, first: number): Publish[] {
    const { ts } = this.#project;
    return call.node.arguments.slice(first).flatMap((argument) => {
      const isSpread = ts.isSpreadElement(argument);
      const expression = isSpread ? argument.expression : argument;
      return this.#origins.of({ expression, element: isSpread, call }).map((origin) => ({
        node: origin.call.node,
        within: origin.call.within,
        exact: false,
        recorded: true,
        ...this.#eventsAt(origin.expression, origin.element),
      }));
    });
  }

  #eventsAt(expression: ts.Expression, element: boolean): Pick<Publish, 'classes' | 'unknown'> {
    const { checker } = this.#project;
    const type = checker.getTypeAtLocation(expression);
    const aggregate = (element && elementType(this.#project, type)) || type;
    return this.#aggregates.eventsOf(aggregate) ?? { classes: [], unknown: checker.typeToString(aggregate) };
  }
}
