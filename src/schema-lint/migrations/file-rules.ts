import type { Finding } from '../finding.ts';
import { type Plan, type PlannedMigration, partsOf } from './plan.ts';

/** A file of the folder: its path as it is told, and its name without suffix. */
export interface MigrationFile {
  readonly file: string;
  readonly name: string;
}

/** A file as a whole is wrong. */
const top = { line: 1, begins: 1 };

type Problem = Pick<Finding, 'rule' | 'says' | 'todo'>;

/** The rules about names and order; the only ones that need no SQL. */
export const fileRules = {
  'file-name': { traps: [] },
  'file-number': { traps: [] },
  'file-step': { traps: [7] },
  'file-unlisted': { traps: [] },
  'file-missing': { traps: [] },
  'expand-with-contract': { traps: [7] },
} as const satisfies Record<string, { readonly traps: readonly number[] }>;

/** What is wrong with the files and their order, before any SQL is looked at. */
export function fileFindings(files: readonly MigrationFile[], plan: Plan['migrations']): Finding[] {
  const named = files.flatMap(({ file, name }, index) =>
    [nameProblem(name), numberProblem(name, files[index - 1]?.name), listing(name, plan)]
      .filter((problem) => problem !== undefined)
      .map((problem) => ({ file, ...top, ...problem })),
  );
  return [...named, ...(plan === null ? [] : planFindings(files, plan))];
}

function nameProblem(name: string): Problem | undefined {
  if (partsOf(name) !== null) return undefined;
  return {
    rule: 'file-name',
    says: `${name} does not tell its number, its step and what it is about`,
    todo: 'call it NNNN_expand_<what> or NNNN_contract_<what>, in small letters, digits and _',
  };
}

function numberProblem(name: string, previous = ''): Problem | undefined {
  const number = partsOf(name)?.number;
  if (number === undefined || number !== partsOf(previous)?.number) return undefined;
  return {
    rule: 'file-number',
    says: `${name} has the number of ${previous}: which one comes first depends on how names sort`,
    todo: 'take the next free number',
  };
}

function listing(name: string, plan: Plan['migrations']): Problem | undefined {
  if (plan === null) return undefined;
  const planned = plan.find((one) => one.name === name);
  if (planned === undefined) {
    return {
      rule: 'file-unlisted',
      says: `no release lists ${name}, so the runner refuses the whole folder`,
      todo: 'list it in src/releases.ts under the step of its release',
    };
  }
  const step = partsOf(name)?.step;
  if (step === undefined || step === planned.step) return undefined;
  return {
    rule: 'file-step',
    says: `${name} is called ${step}, and release ${planned.release} lists it under ${planned.step}`,
    todo: 'make the two equal: the gate goes by the list, people go by the name',
  };
}

/** What only the table of releases shows; told at the file that is the later one. */
function* planFindings(
  files: readonly MigrationFile[],
  plan: readonly PlannedMigration[],
): Generator<Finding> {
  const pathOf = (name: string) => files.find((one) => one.name === name)?.file;
  for (const [index, { name, step, release }] of plan.entries()) {
    const previous = plan[index - 1]?.name ?? '';
    const file = pathOf(name);
    if (file === undefined) {
      yield missing(name, release);
    } else if ((partsOf(name)?.number ?? 0) < (partsOf(previous)?.number ?? 0)) {
      yield outOfOrder(file, name, previous);
    }
    const both = plan.some((one) => one.release === release && one.step !== step);
    if (step === 'contract' && both && file !== undefined) yield mixed(file, release);
  }
}

function missing(name: string, release: string | null): Finding {
  return {
    file: 'src/releases.ts',
    ...top,
    rule: 'file-missing',
    says: `release ${release} lists ${name}, and there is no such file`,
    todo: 'add the file, or take it off the list',
  };
}

function outOfOrder(file: string, name: string, previous: string): Finding {
  return {
    file,
    ...top,
    rule: 'file-number',
    says: `${name} is applied after ${previous}, whose number is higher`,
    todo: 'number them in the order of the releases: the runner checks the order of the names',
  };
}

function mixed(file: string, release: string | null): Finding {
  return {
    file,
    ...top,
    rule: 'expand-with-contract',
    says: `release ${release} expands and contracts: while it rolls out the one before still needs what it takes away`,
    todo: 'contract in the release after',
  };
}
