import type ts from 'typescript';
import type { Code } from './code.js';
import { MultiMap } from './multi-map.js';
import type { Project } from './project.js';

/**
 * Ancestors of a class that are remembered. All of them, of a class 5 000 levels down, would be millions in the end.
 */
const fewAncestors = 64;

/** Which class extends or implements what, and which are made with `new` somewhere in the project. */
export class ClassHierarchy {
  readonly #project: Project;
  readonly #parents = new Map<ts.Symbol, readonly ts.Symbol[]>();
  readonly #ancestors = new Map<ts.Symbol, ReadonlySet<ts.Symbol>>();
  readonly #children = new MultiMap<ts.Symbol, ts.Symbol>();
  /** The classes of the project, by their place in the code. */
  readonly #places: ReadonlyMap<ts.Symbol, number>;
  readonly #instantiated: ReadonlySet<ts.Symbol>;

  constructor(project: Project, { classes, instantiations }: Code) {
    this.#project = project;
    this.#instantiated = new Set(instantiations.map(({ symbol }) => symbol));
    this.#places = new Map(classes.map((symbol, place) => [symbol, place]));
    for (const heir of this.closureOf(classes)) {
      for (const parent of this.parentsOf(heir)) this.#children.add(parent, heir);
    }
  }

  /** What a class says that it extends and implements: its base class first. */
  parentsOf(symbol: ts.Symbol): readonly ts.Symbol[] {
    const parents = this.#parents.get(symbol) ?? this.#findParents(symbol);
    this.#parents.set(symbol, parents);
    return parents;
  }

  /** The class itself, its base classes and the interfaces that they say they implement. */
  ancestorsOf(symbol: ts.Symbol): ReadonlySet<ts.Symbol> {
    const ancestors = this.#ancestors.get(symbol) ?? this.closureOf([symbol]);
    if (ancestors.size <= fewAncestors) this.#ancestors.set(symbol, ancestors);
    return ancestors;
  }

  /** These classes and all their ancestors, each once. */
  closureOf(symbols: Iterable<ts.Symbol>): ReadonlySet<ts.Symbol> {
    const closure = new Set(symbols);
    // A set that grows while it is walked over is walked to its end.
    for (const symbol of closure) for (const parent of this.parentsOf(symbol)) closure.add(parent);
    return closure;
  }

  /** Whether a class of the project extends or implements it. */
  hasHeirs(symbol: ts.Symbol): boolean {
    return this.#children.has(symbol);
  }

  /** The classes of the project that extend or implement it, in the order of the code. */
  heirsOf(symbol: ts.Symbol): readonly ts.Symbol[] {
    const heirs = new Set([symbol]);
    for (const heir of heirs) for (const child of this.#children.get(heir)) heirs.add(child);
    heirs.delete(symbol);
    const places = this.#places;
    return [...heirs].filter((heir) => places.has(heir)).sort((left, right) => places.get(left)! - places.get(right)!);
  }

  /**
   * What a value of this static type can be: the class and its heirs, as far as the project makes instances of them.
   */
  possible(symbol: ts.Symbol, instantiated: ReadonlySet<ts.Symbol> = this.#instantiated): readonly ts.Symbol[] {
    return [symbol, ...this.heirsOf(symbol)].filter((type) => instantiated.has(type));
  }

  #findParents(symbol: ts.Symbol): ts.Symbol[] {
    const { ts, checker } = this.#project;
    if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
    const bases = checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType);
    const clauses = (symbol.declarations ?? []).flatMap((declaration) =>
      ts.isClassLike(declaration) ? (declaration.heritageClauses ?? []) : [],
    );
    const interfaces = clauses
      .filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword)
      .flatMap(({ types }) => types.map((type) => checker.getTypeAtLocation(type)));
    // The base of a class that extends a mixin is an intersection.
    return [...bases, ...interfaces]
      .flatMap((type) => (type.isIntersection() ? type.types : [type]))
      .flatMap((type) => type.getSymbol() ?? []);
  }
}
