import type { Word } from './words.ts';

/** A rule about the SQL in the code: words of it, since holes leave no whole statement. */
export interface ServiceRule {
  readonly id: string;
  readonly traps: readonly number[];
  readonly says: string;
  readonly todo: string;
  /** Whether it is only looked for in statements; else in any text. */
  readonly inStatements: boolean;
  /** Whether the word at `index` breaks the rule. */
  readonly finds: (words: readonly Word[], index: number) => boolean;
}

const floats: ReadonlySet<string> = new Set([
  'FLOAT',
  'FLOAT4',
  'FLOAT8',
  'REAL',
  'DOUBLE',
  'MONEY',
]);
const listStarts: ReadonlySet<string> = new Set(['SELECT', 'DISTINCT', 'ALL', ',', '.']);

export const serviceRules: readonly ServiceRule[] = [
  {
    id: 'select-star',
    traps: [6],
    says: 'a star in a list of columns makes a prepared statement fail after the next ADD or DROP COLUMN (0A000)',
    todo: 'name the columns',
    inStatements: true,
    // A product has an operand before it, and count(*) a bracket; after DISTINCT ON (…) comes FROM.
    finds: (words, index) =>
      wordAt(words, index) === '*' &&
      (listStarts.has(wordAt(words, index - 1)) ||
        (wordAt(words, index - 1) === ')' && wordAt(words, index + 1) === 'FROM')),
  },
  {
    id: 'returning-star',
    traps: [6],
    says: 'RETURNING every column makes a prepared statement fail after the next ADD or DROP COLUMN (0A000)',
    todo: 'name the columns',
    inStatements: false,
    finds: (words, index) =>
      wordAt(words, index) === '*' && wordAt(words, index - 1) === 'RETURNING',
  },
  {
    id: 'insert-without-columns',
    traps: [7],
    says: 'an INSERT without a list of columns fails, or fills the wrong ones, as soon as the table has another column (42601)',
    todo: 'name the columns',
    inStatements: true,
    finds: (words, index) =>
      wordAt(words, index) === 'INTO' &&
      wordAt(words, index - 1) === 'INSERT' &&
      isPositional(words, index + 1),
  },
  {
    id: 'money-in-float',
    traps: [22],
    says: 'a cast to a float: binary fractions cannot hold cents, 19.99 * 100 is 1998.9999999999998',
    todo: 'numeric, or bigint in minor units; seconds of extract() may be float',
    inStatements: false,
    finds: (words, index) =>
      floats.has(wordAt(words, index)) && isCast(words, index) && !isOfTime(words, index - 2),
  },
];

function wordAt(words: readonly Word[], index: number): string {
  return words[index]?.text ?? '';
}

const sources: ReadonlySet<string> = new Set(['VALUES', 'SELECT', 'WITH', 'TABLE']);

/** Whether rows follow at once after `name`, `schema.name` or `name AS alias`. */
function isPositional(words: readonly Word[], name: number): boolean {
  let next = name + 1;
  if (wordAt(words, next) === '.') next += 2;
  if (wordAt(words, next) === 'AS') next += 2;
  if (wordAt(words, next) === 'OVERRIDING') next += 3;
  if (wordAt(words, next) === '(') next += 1;
  return sources.has(wordAt(words, next));
}

function isCast(words: readonly Word[], type: number): boolean {
  if (wordAt(words, type - 1) === '::') return true;
  const closes = [type + 1, type + 2].some((index) => wordAt(words, index) === ')');
  return wordAt(words, type - 1) === 'AS' && closes && words.some(({ text }) => text === 'CAST');
}

/** Whether the operand that ends at `last` is a call in brackets with `extract` in it. */
function isOfTime(words: readonly Word[], last: number): boolean {
  let depth = 0;
  for (let index = last; index >= 0; index -= 1) {
    if (wordAt(words, index) === ')') depth += 1;
    if (wordAt(words, index) === 'EXTRACT') return true;
    if (wordAt(words, index) === '(') depth -= 1;
    if (depth === 0) return wordAt(words, index - 1) === 'EXTRACT';
  }
  return false;
}
