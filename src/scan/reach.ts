import type ts from 'typescript';
import type { ClassHierarchy } from './class-hierarchy.js';
import type { Body, Call, Code, Making } from './code.js';
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
  readonly #makings: MultiMap<Body, Making>;

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
    this.#makings = MultiMap.by(code.makings, ({ within }) => [within]);
  }

  from(bodies: readonly Body[]): ReadonlySet<Body> {
    const reached = new Set<Body>(bodies);
    // A set that grows while it is walked over is walked to its end.
    for (const body of reached) for (const next of this.#next(body)) reached.add(next);
    return reached;
  }

  /** The classes of which these bodies make instances. */
  madeIn(bodies: Iterable<Body>): ReadonlySet<ts.Symbol> {
    return new Set([...bodies].flatMap((body) => this.#makings.get(body).map(({ made }) => made)));
  }

  #next(body: Body): readonly Body[] {
    const callbacks = this.#code.callbacks.get(body).filter((each) => !this.#handlers.has(each));
    const called = this.#calls.get(body).flatMap((call) => [...call.targets, ...this.#handedOn(call)]);
    const constructed = this.#makings.get(body).flatMap(({ made }) => this.#constructionOf(made));
    return [...callbacks, ...called.flatMap((each) => this.#bodyOf(each)), ...constructed];
  }

  /**
   * A member without a body runs what implements it, if that is one function; to choose among several would be a guess.
   */
  #bodyOf(target: ts.SignatureDeclaration): readonly Body[] {
    if ('body' in target && target.body) return [target];
    const below = this.#implementations.below(target).filter((each) => 'body' in each && each.body);
    return below.length === 1 ? below : [];
  }

  /** Functions that are named as arguments: most likely the callee calls them. */
  #handedOn({ node }: Call): readonly ts.SignatureDeclaration[] {
    const { ts } = this.#project;
    return node.arguments
      .filter((each) => ts.isIdentifier(each) || ts.isPropertyAccessExpression(each))
      .flatMap((each) => functionsOf(this.#project, each))
      .filter((each) => !this.#handlers.has(each));
  }

  #constructionOf(made: ts.Symbol): readonly Body[] {
    const { ts } = this.#project;
    const lineage = [...this.#hierarchy.ancestorsOf(made)];
    const declarations = lineage.flatMap((each) => each.declarations ?? []).filter(ts.isClassLike);
    return declarations.flatMap((each) => [
      each,
      ...each.members.filter(ts.isConstructorDeclaration).filter(({ body }) => body),
    ]);
  }
}
