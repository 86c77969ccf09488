import type ts from 'typescript';
import type { Project } from './project.js';

/** The event classes that a type says, and whether it leaves any unsaid. */
export interface EventTypes {
  readonly classes: readonly ts.Symbol[];
  /** The part of the type that is no class (`any`, `object`), as the compiler writes it. */
  readonly unknown: string | undefined;
}

/** The classes of the events that have this type: each member of a union, the constraint of a type parameter. */
export function eventTypes(project: Project, type: ts.Type): EventTypes {
  const { ts, checker } = project;
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void | ts.TypeFlags.Never;
  const parts = (type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & nothing));
  const classesOrTexts = parts.map((part) => classOfType(project, part) ?? checker.typeToString(part));
  return {
    classes: classesOrTexts.filter((part) => typeof part !== 'string'),
    unknown: classesOrTexts.find((part) => typeof part === 'string'),
  };
}

/** The event classes behind an expression for a class: `typeof OrderPlaced`, `EventClass<OrderPlaced>`. */
export function keyTypes(project: Project, type: ts.Type): EventTypes {
  const keys = type.isUnion() ? type.types : [type];
  const types = keys.map((key) => {
    const candidates = (key.isIntersection() ? key.types : [key]).map((part) => instanceTypes(project, part));
    return (
      candidates.find(({ classes }) => classes.length > 0) ?? {
        classes: [],
        unknown: project.checker.typeToString(key),
      }
    );
  });
  return { classes: types.flatMap(({ classes }) => classes), unknown: types.find(({ unknown }) => unknown)?.unknown };
}

/** By the prototype, as the bus itself decides: abstract classes and private constructors have one too. */
function instanceTypes(project: Project, key: ts.Type): EventTypes {
  const { checker } = project;
  const prototype = checker.getPropertyOfType(checker.getApparentType(key), 'prototype');
  return prototype ? eventTypes(project, checker.getTypeOfSymbol(prototype)) : { classes: [], unknown: undefined };
}

/** The type of the elements of an array or of anything else that can be iterated. */
export function elementType({ ts, checker }: Project, type: ts.Type): ts.Type | undefined {
  const apparent = checker.getApparentType(type);
  const element = checker.getIndexTypeOfType(apparent, ts.IndexKind.Number);
  // Set, Generator, Iterable: by their first type argument, for the iterator protocol cannot be asked through the API.
  return element ?? checker.getTypeArguments(apparent as ts.TypeReference)[0];
}

/** `Object`, the class of a catch-all. */
export function isObject(symbol: ts.Symbol): boolean {
  return (
    symbol.name === 'Object' &&
    (symbol.declarations ?? []).every((declaration) => declaration.getSourceFile().isDeclarationFile)
  );
}

function classOfType(project: Project, type: ts.Type): ts.Symbol | undefined {
  const { ts, checker } = project;
  if (type.isIntersection()) return type.types.map((part) => classOfType(project, part)).find(Boolean);
  if (type.flags & ts.TypeFlags.Instantiable) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint && constraint !== type ? classOfType(project, constraint) : undefined;
  }
  const symbol = type.getSymbol();
  return symbol && symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface) ? symbol : undefined;
}
