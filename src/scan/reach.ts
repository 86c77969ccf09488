import type ts from 'typescript';
import type { ClassHierarchy } from './class-hierarchy.js';
import type { Body, Call, Code, Instantiation } from './code.js';
import { functionsOf } from './functions.js';
import type { Implementations } from './implementations.js';
import { MultiMap } from './multi-map.js';
import type { Project } from './project.js';

/** What runs when a function runs: what it calls, what that calls, and so on, inside the project. */
export class Reach {
  readonly #project: Project;
  readonly #code: Code;
  readonly #hierarchy: ClassHierarchy;
  readonly #implementations: Implementations;
  readonly #handlers: ReadonlySet<Body>;
  readonly #calls: MultiMap<Body, Call>;
  readonly #instantiations: MultiMap<Body, Instantiation>;
  /** Found once: many handlers lead to the same functions. */
  readonly #nextBodies = new Map<Body, readonly Body[]>();

  /** @param handlers Made inside other functions, but called by the bus. */
  constructor(
    project: Project,
    code: Code,
    hierarchy: ClassHierarchy,
    implementations: Implementations,
    handlers: Iterable<Body>,
  ) {
    this.#project = project;
    this.#code = code;
    this.#hierarchy = hierarchy;
    this.#implementations = implementations;
    this.#handlers = new Set(handlers);
    this.#calls = MultiMap.by(code.calls, ({ within }) => [within]);
    this.#instantiations = MultiMap.by(code.instantiations, ({ within }) => [within]);
  }

  /** Returns the bodies that run when these do, and these. */
  from(bodies: readonly Body[]): ReadonlySet<Body> {
    const reached = new Set<Body>(bodies);
    // A set that grows while it is walked over is walked to its end.
    for (const body of reached) for (const next of this.#next(body)) reached.add(next);
    return reached;
  }

  /** The classes of which these bodies make instances. */
  instantiatedIn(bodies: Iterable<Body>): ReadonlySet<ts.Symbol> {
    return new Set([...bodies].flatMap((body) => this.#instantiations.get(body).map(({ symbol }) => symbol)));
  }

  #next(body: Body): readonly Body[] {
    const next = this.#nextBodies.get(body) ?? this.#findNext(body);
    this.#nextBodies.set(body, next);
    return next;
  }

  #findNext(body: Body): readonly Body[] {
    const callbacks = this.#code.callbacks.get(body).filter((callback) => !this.#handlers.has(callback));
    const called = this.#calls.get(body).flatMap((call) => [...call.targets, ...this.#functionArguments(call)]);
    const made = this.#instantiations.get(body).map(({ symbol }) => symbol);
    const constructed = [...made, ...this.#basesOf(body)].flatMap((symbol) => this.#constructionOf(symbol));
    return [...callbacks, ...called.flatMap((callee) => this.#bodyOf(callee)), ...constructed];
  }

  /**
   * A member without a body runs what implements it, if that is one function; to choose among several would be a guess.
   */
  #bodyOf(target: ts.SignatureDeclaration): readonly Body[] {
    if ('body' in target && target.body) return [target];
    const below = this.#implementations.below(target).filter((candidate) => 'body' in candidate && candidate.body);
    return below.length === 1 ? below : [];
  }

  /** Functions that are named as arguments: most likely the callee calls them. */
  #functionArguments({ node }: Call): readonly ts.SignatureDeclaration[] {
    const { ts } = this.#project;
    return node.arguments
      .filter((argument) => ts.isIdentifier(argument) || ts.isPropertyAccessExpression(argument))
      .flatMap((argument) => functionsOf(this.#project, argument))
      .filter((callback) => !this.#handlers.has(callback));
  }

  /** What initialises the properties of a class comes after what its base classes do. */
  #basesOf(body: Body): readonly ts.Symbol[] {
    const { ts, checker } = this.#project;
    const symbol = ts.isClassLike(body) ? checker.getTypeAtLocation(body).getSymbol() : undefined;
    return symbol ? this.#hierarchy.parentsOf(symbol) : [];
  }

  #constructionOf({ declarations: all = [] }: ts.Symbol): readonly Body[] {
    const { ts } = this.#project;
    const declarations = all.filter(ts.isClassLike);
    return declarations.flatMap((declaration) => [
      declaration,
      ...declaration.members.filter(ts.isConstructorDeclaration).filter(({ body }) => body),
    ]);
  }
}
