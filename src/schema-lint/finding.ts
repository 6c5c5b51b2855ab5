/** One thing that the check has found, as it is printed. */
export interface Finding {
  /** From the root of the repository, with forward slashes; a migration's own file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The line where its statement begins: an allowance stands above that. */
  readonly begins: number;
  /** The rule's id; squawk's own begin with `squawk/`. */
  readonly rule: string;
  /** What is wrong and what would come of it: one sentence. */
  readonly says: string;
  readonly todo: string;
}

/** The check cannot be made on this machine; the message says what to do. */
export class CannotLintError extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options);
    this.name = 'CannotLintError';
  }
}

/** By file and line, each finding once. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const once = new Map(
    findings.map((one) => [`${one.file}:${one.line} ${one.rule} ${one.says}`, one]),
  );
  return [...once.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
