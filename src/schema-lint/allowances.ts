import type { Finding } from './finding.ts';

/** A comment that takes a finding on itself, with its reason. */
interface Allowance {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

/** `-- lint allows <rule>: <reason>`, or `//` in TypeScript. */
const pattern = /(?:--|\/\/)\s*lint allows (?<rule>[\w/-]+)(?::\s*(?<reason>.*))?$/;

/** Squawk's own comments, which ask for no reason. */
const foreign = /(?:--|\/\*)\s*squawk-ignore(?:-file)?\s*(?<rule>[\w-]+)?/;

function allowancesIn(file: string, text: string): Allowance[] {
  return text.split('\n').flatMap((words, index) => {
    const groups = (pattern.exec(words) ?? foreign.exec(words))?.groups;
    if (groups === undefined) return [];
    const { rule = 'squawk', reason = '' } = groups;
    return [{ file, line: index + 1, rule, reason: reason.trim() }];
  });
}

/**
 * Takes away what is allowed: an allowance is for one rule, stands in the statement or on the line
 * above it, and has a reason. One without a reason, or that nothing needs, is a finding itself.
 */
export function withAllowances(
  findings: readonly Finding[],
  sources: ReadonlyMap<string, string>,
): Finding[] {
  const allowances = [...sources].flatMap(([file, text]) => allowancesIn(file, text));
  const covers = (allowance: Allowance, { file, line, begins, rule }: Finding) =>
    allowance.reason !== '' &&
    allowance.rule === rule &&
    allowance.file === file &&
    allowance.line >= begins - 1 &&
    allowance.line <= line;
  return [
    ...findings.filter((finding) => !allowances.some((one) => covers(one, finding))),
    ...allowances
      .filter((allowance) => !findings.some((finding) => covers(allowance, finding)))
      .map(refused),
  ];
}

function refused({ file, line, rule, reason }: Allowance): Finding {
  return {
    file,
    line,
    begins: line,
    rule: 'allowance',
    says: reason === '' ? `${rule} is allowed without a reason` : `nothing here breaks ${rule}`,
    todo:
      reason === ''
        ? 'say why after a colon'
        : 'remove the comment, or put it right above the statement',
  };
}
