import type ts from 'typescript';
import { shown } from './project.js';

/** Where something stands, as editors count: from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function placeOf(node: ts.Node): Place {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: shown(file.fileName), line: line + 1, column: character + 1 };
}

/** By file, line and column, so that a report is the same each time. */
export function comparePlaces(one: Place, other: Place): number {
  return compareTexts(one.file, other.file) || one.line - other.line || one.column - other.column;
}

/** By code unit and not by locale: the same order on every machine. */
export function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
