import type ts from 'typescript';
import type { ClassHierarchy } from './class-hierarchy.js';
import type { Code } from './code.js';
import { functionsOfSymbol } from './functions.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';

type Links = Map<ts.SignatureDeclaration, Set<ts.SignatureDeclaration>>;

/**
 * Which methods of the project stand for which members of base classes and interfaces. Each is linked to the nearest
 * above it; what is further away is found by way of that.
 */
export class Implementations {
  readonly #project: Project;
  readonly #hierarchy: ClassHierarchy;
  readonly #packageCode: PackageCode;
  readonly #ups: Links = new Map();
  readonly #downs: Links = new Map();
  readonly #below = new Map<ts.SignatureDeclaration, readonly ts.SignatureDeclaration[]>();

  constructor(project: Project, { classes }: Code, hierarchy: ClassHierarchy, packageCode: PackageCode) {
    this.#project = project;
    this.#hierarchy = hierarchy;
    this.#packageCode = packageCode;
    for (const symbol of classes) {
      this.#linkOwnMembers(symbol);
      this.#linkInheritedMembers(symbol);
    }
  }

  /** The members of base classes and interfaces through which this function may be called. */
  above(lower: ts.SignatureDeclaration): readonly ts.SignatureDeclaration[] {
    return reachable(lower, this.#ups);
  }

  /** The functions with a body that may run when this one is called; several where a guess would be needed. */
  below(upper: ts.SignatureDeclaration): readonly ts.SignatureDeclaration[] {
    const below = this.#below.get(upper) ?? reachable(upper, this.#downs);
    this.#below.set(upper, below);
    return below;
  }

  #linkOwnMembers(symbol: ts.Symbol): void {
    for (const [name, member] of this.#membersOf(symbol)) {
      const functions = functionsOfSymbol(this.#project, member);
      if (functions.length === 0) continue;
      const ancestors = new Set(this.#hierarchy.parentsOf(symbol));
      for (const ancestor of ancestors) {
        const above = ancestor.members?.get(name);
        if (above) this.#link(functions, above);
        else for (const further of this.#hierarchy.parentsOf(ancestor)) ancestors.add(further);
      }
    }
  }

  /** A method that a base class declares may implement an interface here. */
  #linkInheritedMembers(symbol: ts.Symbol): void {
    const { ts, checker } = this.#project;
    const [base, ...others] = this.#hierarchy.parentsOf(symbol);
    if (!base) return;
    const besides = base.flags & ts.SymbolFlags.Class ? others : [base, ...others];
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    for (const ancestor of this.#hierarchy.closureOf(besides)) {
      for (const [name, above] of this.#membersOf(ancestor)) {
        const member = checker.getPropertyOfType(type, ts.unescapeLeadingUnderscores(name));
        if (member) this.#link(functionsOfSymbol(this.#project, member), above);
      }
    }
  }

  /** Without its constructor and its type parameters. */
  #membersOf({ members }: ts.Symbol): readonly (readonly [name: ts.__String, member: ts.Symbol])[] {
    const { ClassMember } = this.#project.ts.SymbolFlags;
    return [...(members ?? [])].filter(([, { flags }]) => flags & ClassMember);
  }

  #link(functions: readonly ts.SignatureDeclaration[], above: ts.Symbol): void {
    // What overrides a method of the bus is a wrapper of it, not the only thing that its callers call.
    if (above.declarations?.some((declaration) => this.#packageCode.owns(declaration))) return;
    for (const upper of functionsOfSymbol(this.#project, above)) {
      for (const lower of functions) {
        if (lower === upper) continue;
        add(this.#ups, lower, upper);
        add(this.#downs, upper, lower);
      }
    }
  }
}

function add(links: Links, from: ts.SignatureDeclaration, to: ts.SignatureDeclaration): void {
  const known = links.get(from);
  if (known) known.add(to);
  else links.set(from, new Set([to]));
}

function reachable(from: ts.SignatureDeclaration, links: Links): readonly ts.SignatureDeclaration[] {
  const found = new Set([from]);
  for (const declaration of found) for (const next of links.get(declaration) ?? []) found.add(next);
  found.delete(from);
  return [...found];
}
