import type ts from 'typescript';
import type { Code } from './code.js';
import { MultiMap } from './multi-map.js';
import type { Project } from './project.js';

/** Which class extends or implements what, and which are made with `new` somewhere in the project. */
export class ClassHierarchy {
  readonly #project: Project;
  readonly #ancestors = new Map<ts.Symbol, ReadonlySet<ts.Symbol>>();
  readonly #heirs = new MultiMap<ts.Symbol, ts.Symbol>();
  readonly #instantiated: ReadonlySet<ts.Symbol>;

  constructor(project: Project, { classes, instantiations }: Code) {
    this.#project = project;
    this.#instantiated = new Set(instantiations.map(({ symbol }) => symbol));
    for (const heir of classes) {
      for (const ancestor of this.ancestorsOf(heir)) {
        if (ancestor === heir) continue;
        this.#heirs.add(ancestor, heir);
      }
    }
  }

  /** The class itself, its base classes and the interfaces that they say they implement, nearest first. */
  ancestorsOf(symbol: ts.Symbol): ReadonlySet<ts.Symbol> {
    const cached = this.#ancestors.get(symbol);
    if (cached) return cached;
    const ancestors = new Set([symbol]);
    this.#ancestors.set(symbol, ancestors);
    for (const parent of this.#parentsOf(symbol)) {
      for (const ancestor of this.ancestorsOf(parent)) ancestors.add(ancestor);
    }
    return ancestors;
  }

  /** Whether a class of the project extends or implements it. */
  hasHeirs(symbol: ts.Symbol): boolean {
    return this.#heirs.has(symbol);
  }

  /**
   * What a value of this static type can be: the class and its heirs, as far as the project makes instances of them.
   */
  possible(symbol: ts.Symbol, instantiated: ReadonlySet<ts.Symbol> = this.#instantiated): readonly ts.Symbol[] {
    return [symbol, ...this.#heirs.get(symbol)].filter((type) => instantiated.has(type));
  }

  #parentsOf(symbol: ts.Symbol): ts.Symbol[] {
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
