import { fileRules } from './migrations/file-rules.ts';
import { migrationRules } from './rules/rules.ts';
import { serviceRules } from './service/rules.ts';
import { squawkRules } from './squawk/rules.ts';

/** A rule of whatever kind, for what is told of all of them. */
export interface Catalogued {
  readonly id: string;
  readonly traps: readonly number[];
}

const own: readonly Catalogued[] = [
  ...Object.entries(fileRules).map(([id, { traps }]) => ({ id, traps })),
  ...migrationRules,
  ...serviceRules,
];

const fromSquawk: readonly Catalogued[] = Object.entries(squawkRules).flatMap(
  ([name, { off, traps = [] }]) => (off === undefined ? [{ id: `squawk/${name}`, traps }] : []),
);

/** The ids of all rules that see a trap, each once. */
export function rulesFor(trap: number): string[] {
  const seeing = [...own, ...fromSquawk].filter(({ traps }) => traps.includes(trap));
  return [...new Set(seeing.map(({ id }) => id))];
}
