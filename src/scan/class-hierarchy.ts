import type ts from 'typescript';
import type { Code } from './code.js';
import { MultiMap } from './multi-map.js';
import type { Project } from './project.js';

/** Which class extends or implements what, and which are made with `new` somewhere in the project. */
export class ClassHierarchy {
  readonly #project: Project;
  readonly #ancestors = new Map<ts.Symbol, ReadonlySet<ts.Symbol>>();
  readonly #heirs = new MultiMap<ts.Symbol, ts.Symbol>();
  readonly #made: ReadonlySet<ts.Symbol>;

  constructor(project: Project, { classes, makings }: Code) {
    this.#project = project;
    this.#made = new Set(makings.map(({ made }) => made));
    for (const heir of classes) {
      for (const ancestor of this.ancestorsOf(heir)) {
        if (ancestor === heir) continue;
        this.#heirs.add(ancestor, heir);
      }
    }
  }

  /** The class itself, its base classes and the interfaces that they say they implement, nearest first. */
  ancestorsOf(symbol: ts.Symbol): ReadonlySet<ts.Symbol> {
    const known = this.#ancestors.get(symbol);
    if (known) return known;
    const ancestors = new Set([symbol]);
    this.#ancestors.set(symbol, ancestors);
    for (const parent of this.#parentsOf(symbol)) for (const each of this.ancestorsOf(parent)) ancestors.add(each);
    return ancestors;
  }

  /** Whether a class of the project extends or implements it. */
  hasHeirs(symbol: ts.Symbol): boolean {
    return this.#heirs.has(symbol);
  }

  /**
   * What a value of this static type can be: the class and its heirs, as far as the project makes instances of them.
   */
  possible(symbol: ts.Symbol, made: ReadonlySet<ts.Symbol> = this.#made): readonly ts.Symbol[] {
    return [symbol, ...this.#heirs.get(symbol)].filter((each) => made.has(each));
  }

  #parentsOf(symbol: ts.Symbol): ts.Symbol[] {
    const { ts, checker } = this.#project;
    if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return [];
    const bases = checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType);
    const clauses = (symbol.declarations ?? []).flatMap((each) =>
      ts.isClassLike(each) ? (each.heritageClauses ?? []) : [],
    );
    const named = clauses
      .filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword)
      .flatMap(({ types }) => types.map((type) => checker.getTypeAtLocation(type)));
    // The base of a class that extends a mixin is an intersection.
    return [...bases, ...named]
      .flatMap((type) => (type.isIntersection() ? type.types : [type]))
      .flatMap((type) => type.getSymbol() ?? []);
  }
}
