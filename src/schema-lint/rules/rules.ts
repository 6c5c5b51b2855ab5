import { constraintRules } from './constraints.ts';
import { expandContractRules } from './expand-contract.ts';
import { lockRules } from './locks.ts';
import { objectRules } from './objects.ts';
import type { Rule } from './rule.ts';

/** The project's own rules about what migrations do. */
export const migrationRules: readonly Rule[] = [
  ...expandContractRules,
  ...constraintRules,
  ...lockRules,
  ...objectRules,
];
