import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rulesFor } from './catalog.ts';
import { fileRules } from './migrations/file-rules.ts';
import { migrationRules } from './rules/rules.ts';
import { serviceRules } from './service/rules.ts';
import { squawkRules } from './squawk/rules.ts';
import { traps } from './traps.ts';

const page = readFileSync(new URL('../../docs/schema-lint.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, without its head. */
function rowsUnder(heading: string): string[] {
  const section = page.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
}

const row = (...cells: readonly string[]) => `| ${cells.map((cell) => cell || '–').join(' | ')} |`;
const code = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(', ');
const ofTraps = (numbers: readonly number[] = []) => numbers.join(', ');

describe('docs/schema-lint.md', () => {
  it('says of every trap which rules see it, and what catches the rest', () => {
    expect(rowsUnder('The traps')).toEqual(
      traps.map(({ number, name, elsewhere }) =>
        row(String(number), name, code(rulesFor(number)), elsewhere ?? ''),
      ),
    );
    for (const { number, elsewhere } of traps) {
      expect(rulesFor(number).length > 0 || elsewhere !== null, `trap ${number}`).toBe(true);
    }
    expect(traps.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  });

  it('has the rules about files', () => {
    expect(rowsUnder('Names and order').map((line) => line.split('`')[1])).toEqual(
      Object.keys(fileRules),
    );
  });

  it('has the rules about migrations', () => {
    expect(rowsUnder('What migrations do')).toEqual(
      migrationRules.map(({ id, directions, traps: of, todo }) =>
        row(`\`${id}\``, directions.join(', '), ofTraps(of), todo),
      ),
    );
  });

  it('has the rules about the code', () => {
    expect(rowsUnder('The service’s own SQL')).toEqual(
      serviceRules.map(({ id, traps: of, todo }) => row(`\`${id}\``, ofTraps(of), todo)),
    );
  });

  it('has the rules of squawk, those that are off with why', () => {
    const all = Object.entries(squawkRules);
    expect(rowsUnder('On')).toEqual(
      all.flatMap(([name, { off, traps: of, todo = '' }]) =>
        off === undefined ? [row(`\`${name}\``, ofTraps(of), todo)] : [],
      ),
    );
    expect(rowsUnder('Off')).toEqual(
      all.flatMap(([name, { off }]) => (off === undefined ? [] : [row(`\`${name}\``, off)])),
    );
  });
});
