import { quoted } from './quoted.js';
import type { SchemaIssue } from './standard-schema.js';

// Issues that a message lists at most, and characters of each part of a line.
const [maxIssues, maxLength] = [10, 40];

/** What libraries say of an issue besides its message: what they expected, and the kind of the issue. */
interface IssueDetails extends Partial<SchemaIssue> {
  readonly expected?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
}

/**
 * Issues for a message, a line each: where, and what was expected. Their own messages are left out because those of
 * some libraries quote the data.
 */
export function issueLines(issues: readonly unknown[]): string {
  const lines = issues.slice(0, maxIssues).map((issue) => `\n  ${lineOf(issue)}`);
  return [...lines, ...(issues.length > maxIssues ? [`\n  and ${issues.length - maxIssues} more`] : [])].join('');
}

function lineOf(issue: unknown): string {
  try {
    const details = Object(issue) as IssueDetails;
    return [pathOf(details), reasonOf(details)].filter(Boolean).join(': ') || 'it does not say where';
  } catch {
    return 'it cannot be read';
  }
}

/** The path of an issue, for people: empty for the whole. */
function pathOf({ path }: IssueDetails): string {
  // Not by its own map: the paths of arktype make a wrong copy of themselves when they are empty.
  const steps = Array.from(path ?? [], (step) => (typeof step === 'object' && step !== null ? step.key : step));
  return steps.map((step) => quoted(step, maxLength)).join('.');
}

function reasonOf({ expected, code, type }: IssueDetails): string {
  if (typeof expected === 'string') return `expected ${quoted(expected, maxLength)}`;
  const kind = code ?? type;
  return typeof kind === 'string' ? quoted(kind, maxLength) : '';
}
