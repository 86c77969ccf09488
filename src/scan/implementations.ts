import type ts from 'typescript';
import type { ClassHierarchy } from './class-hierarchy.js';
import type { Code } from './code.js';
import { functionsOfSymbol } from './functions.js';
import { MultiMap } from './multi-map.js';
import type { PackageCode } from './package-code.js';
import type { Project } from './project.js';

/** Which methods of the project stand for which members of base classes and interfaces. */
export class Implementations {
  readonly #ups = new MultiMap<ts.SignatureDeclaration, ts.SignatureDeclaration>();
  readonly #downs = new MultiMap<ts.SignatureDeclaration, ts.SignatureDeclaration>();

  constructor(project: Project, { classes }: Code, hierarchy: ClassHierarchy, packageCode: PackageCode) {
    const { checker } = project;
    for (const symbol of classes) {
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      const ancestors = [...hierarchy.ancestorsOf(symbol)].filter((ancestor) => ancestor !== symbol);
      // All of its members and not only its own: a method that a base class declares may implement an interface here.
      for (const member of ancestors.length > 0 ? type.getProperties() : []) {
        const functions = functionsOfSymbol(project, member);
        for (const ancestor of ancestors) {
          const above = ancestor.members?.get(member.escapedName);
          // What overrides a method of the bus is a wrapper of it, not the only thing that its callers call.
          if (above && !above.declarations?.some((declaration) => packageCode.owns(declaration)))
            this.#link(functions, functionsOfSymbol(project, above));
        }
      }
    }
  }

  #link(functions: readonly ts.SignatureDeclaration[], above: readonly ts.SignatureDeclaration[]): void {
    for (const lower of functions) {
      for (const upper of above) {
        if (lower === upper || this.#ups.get(lower).includes(upper)) continue;
        this.#ups.add(lower, upper);
        this.#downs.add(upper, lower);
      }
    }
  }

  /** The members of base classes and interfaces through which this function may be called. */
  above(lower: ts.SignatureDeclaration): readonly ts.SignatureDeclaration[] {
    return this.#ups.get(lower);
  }

  /** The functions with a body that may run when this one is called; several where a guess would be needed. */
  below(upper: ts.SignatureDeclaration): readonly ts.SignatureDeclaration[] {
    return this.#downs.get(upper);
  }
}
