import type ts from 'typescript';
import { displayPath } from './project.js';

/** Where something stands, as editors count: from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Returns where a node begins. */
export function placeOf(node: ts.Node): Place {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: displayPath(file.fileName), line: line + 1, column: character + 1 };
}

/** By file, line and column, so that a report is the same each time. */
export function comparePlaces(left: Place, right: Place): number {
  return compareTexts(left.file, right.file) || left.line - right.line || left.column - right.column;
}

/** By code unit and not by locale: the same order on every machine. */
export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Returns a place as editors and terminals take it: `file:line:column`. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
