import type ts from 'typescript';
import type { Call, Code } from './code.js';
import type { ClassHierarchy } from './class-hierarchy.js';
import { elementType, eventTypes, type EventTypes } from './event-types.js';
import { MultiMap } from './multi-map.js';
import type { Origins } from './origins.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';

/**
 * The members by which aggregates hand over what they have recorded: those of class-events, and of hand-written ones.
 */
const handovers = ['pullEvents', 'domainEvents', 'recordedEvents'];

/** Which events aggregates record, as their types say; where a type does not, as their calls of `record` do. */
export class Aggregates {
  readonly #project: Project;
  readonly #hierarchy: ClassHierarchy;
  readonly #origins: Origins;
  /** All of the project. */
  readonly #classes: readonly ts.Symbol[];
  /** By the class that calls `record`. */
  readonly #records = new MultiMap<ts.Symbol, Call>();
  readonly #recordedBy = new Map<ts.Symbol, EventTypes>();

  constructor(
    project: Project,
    { calls, classes }: Code,
    hierarchy: ClassHierarchy,
    packageCode: PackageCode,
    origins: Origins,
  ) {
    this.#project = project;
    this.#classes = classes;
    this.#hierarchy = hierarchy;
    this.#origins = origins;
    for (const call of calls) {
      const { expression } = call.node;
      if (!call.targets.some((target) => packageCode.nameOf(target) === 'RecordsEvents.record')) continue;
      if (!project.ts.isPropertyAccessExpression(expression)) continue;
      for (const symbol of this.#classesOf(project.checker.getTypeAtLocation(expression.expression))) {
        this.#records.add(symbol, call);
      }
    }
  }

  /** The events of an aggregate of this type; undefined for what is no aggregate. */
  eventsOf(type: ts.Type): EventTypes | undefined {
    const handedOver = this.#handedOver(type);
    if (!handedOver?.unknown) return handedOver;
    // The type names no class: an AggregateRoot without a type argument, or a parameter that may be any aggregate.
    const heirs = this.#classesOf(type).flatMap((symbol) => [symbol, ...this.#hierarchy.heirsOf(symbol)]);
    const events = [heirs, this.#classes].map((classes) => this.#eventsOfAny(classes)).find(({ size }) => size > 0);
    return events ? { classes: [...events], unknown: undefined } : handedOver;
  }

  /** The events behind `order.pullEvents()` and its like; undefined for any other expression. */
  recordedAt(expression: ts.Expression): EventTypes | undefined {
    const { ts, checker } = this.#project;
    const member = ts.isCallExpression(expression) ? expression.expression : expression;
    if (!ts.isPropertyAccessExpression(member) || !handovers.includes(member.name.text)) return undefined;
    return this.eventsOf(checker.getTypeAtLocation(member.expression));
  }

  #eventsOfAny(classes: readonly ts.Symbol[]): ReadonlySet<ts.Symbol> {
    return new Set(classes.flatMap((symbol) => this.#eventsOfClass(symbol).classes));
  }

  #eventsOfClass(symbol: ts.Symbol): EventTypes {
    const { checker } = this.#project;
    const handedOver = this.#handedOver(checker.getDeclaredTypeOfSymbol(symbol));
    return handedOver && !handedOver.unknown ? handedOver : this.#eventsRecordedBy(symbol);
  }

  /** Its base classes may record what it gives them. */
  #eventsRecordedBy(symbol: ts.Symbol): EventTypes {
    const known = this.#recordedBy.get(symbol);
    if (known) return known;
    const calls = [...this.#hierarchy.ancestorsOf(symbol)].flatMap((ancestor) => this.#records.get(ancestor));
    const types = calls.flatMap((call) => {
      const [expression] = call.node.arguments;
      return expression
        ? this.#origins.of({ expression, element: false, call }).map((from) => this.#typesAt(from))
        : [];
    });
    const recorded = { classes: types.flatMap(({ classes }) => classes), unknown: undefined };
    this.#recordedBy.set(symbol, recorded);
    return recorded;
  }

  #typesAt({ expression }: { readonly expression: ts.Expression }): EventTypes {
    return eventTypes(this.#project, this.#project.checker.getTypeAtLocation(expression));
  }

  /** What the members say that hand events over. */
  #handedOver(type: ts.Type): EventTypes | undefined {
    const { checker } = this.#project;
    const parts = (type.isUnion() ? type.types : [type]).map((part) => checker.getApparentType(part));
    const lists = parts.flatMap((part) => {
      const member = handovers.map((name) => checker.getPropertyOfType(part, name)).find(Boolean);
      const memberType = member && checker.getTypeOfSymbol(member);
      return memberType ? (memberType.getCallSignatures()[0]?.getReturnType() ?? memberType) : [];
    });
    if (lists.length === 0) return undefined;
    const types = lists.map((list) => {
      const element = elementType(this.#project, list);
      return element ? eventTypes(this.#project, element) : { classes: [], unknown: checker.typeToString(list) };
    });
    return {
      classes: types.flatMap(({ classes }) => classes),
      unknown: types.find(({ unknown }) => unknown !== undefined)?.unknown,
    };
  }

  #classesOf(type: ts.Type): readonly ts.Symbol[] {
    return eventTypes(this.#project, type).classes;
  }
}
