import { describe, expect, it } from 'vitest';
import { inFolder } from '../planted.ts';
import { loadGrammar } from '../sql/grammar.ts';
import { serviceRules } from './rules.ts';
import { lintService } from './service.ts';

/** `line rule` of what is found in one file of TypeScript, whose holes are written `#{…}` here. */
function found(code: string, name = 'store.ts'): Promise<string[]> {
  return inFolder({ [name]: code.replaceAll('#{', '${') }, async (folder) => {
    const { findings } = await lintService(folder, folder, await loadGrammar());
    return findings.map(({ line, rule }) => `${line} ${rule}`);
  });
}

const planted: readonly [rule: string, breaks: string, fine: string][] = [
  ['select-star', "db.query('SELECT * FROM orders')", "db.query('SELECT id FROM orders')"],
  ['select-star', "db.query('select *')", "say('select * from the list and press enter')"],
  ['select-star', 'q(`SELECT o.* FROM orders o`)', 'q(`SELECT o.id * o.n FROM orders o`)'],
  ['select-star', 'q(`SELECT a, #{b}.* FROM #{c}`)', 'q(`SELECT a, #{b} * 2 FROM #{c}`)'],
  ['select-star', 'q(`SELECT DISTINCT ON (a) * FROM b`)', 'q(`SELECT count(*) FROM b`)'],
  [
    'select-star',
    'q(`WITH bad AS (SELECT id FROM a) SELECT max(id) FROM (SELECT * FROM bad) b`)',
    'q(`WITH bad AS (SELECT id FROM a) SELECT (max(id) * 2) FROM bad`)',
  ],
  ['select-star', "q('SELECT ' + '* FROM ' + name)", "q('SELECT ' + 'id FROM ' + name)"],
  ['select-star', "q(`#{all ? 'SELECT * FROM a' : ''}`)", "q(`#{all ? 'SELECT b FROM a' : ''}`)"],
  ['returning-star', 'q(`DELETE FROM a RETURNING *`)', 'q(`DELETE FROM a RETURNING id`)'],
  ['returning-star', "const end = ' RETURNING *'", "const end = ' RETURNING id'"],
  [
    'insert-without-columns',
    'q(`INSERT INTO a VALUES ($1)`)',
    'q(`INSERT INTO a (b) VALUES ($1)`)',
  ],
  [
    'insert-without-columns',
    'q(`INSERT INTO #{t} AS a SELECT 1`)',
    'q(`INSERT INTO #{t} AS a (b) SELECT 1`)',
  ],
  [
    'insert-without-columns',
    'q(`WITH n AS (INSERT INTO s.a (SELECT 1)) SELECT 1`)',
    'q(`INSERT INTO a DEFAULT VALUES`)',
  ],
  [
    'money-in-float',
    'const sql = `(#{column}::float8 * 100)::bigint`',
    'const sql = `(#{column} * 100)::bigint`',
  ],
  [
    'money-in-float',
    'q(`SELECT CAST(total AS double precision) FROM a`)',
    'q(`SELECT total AS real FROM a`)',
  ],
  [
    'money-in-float',
    'q(`SELECT coalesce(sum(total), 0)::float8 FROM a`)',
    'q(`SELECT coalesce(extract(epoch FROM now() - min(b)), 0)::float8 FROM a`)',
  ],
];

describe('the SQL in the code', () => {
  it.each(planted)('%s is seen in %s and not in %s', async (rule, breaks, fine) => {
    expect(await found(breaks)).toEqual([`1 ${rule}`]);
    expect(await found(fine)).toEqual([]);
  });

  it('is planted for every rule', () => {
    expect(new Set(planted.map(([rule]) => rule))).toEqual(
      new Set(serviceRules.map(({ id }) => id)),
    );
  });

  it('is told by the line of the word, past holes and letters of several bytes', async () => {
    const code = "const n = 1;\nq(`SELECT #{n\n}, 'é',\n  -- a comment with *\n  a.*\nFROM a`);";
    expect(await found(code)).toEqual(['5 select-star']);
  });

  it('is not looked for in tests', async () => {
    expect(await found("q('SELECT * FROM a')", 'store.test.ts')).toEqual([]);
  });

  it('must be in TypeScript', async () => {
    await expect(found('const = 1')).rejects.toThrow('store.ts is no TypeScript');
  });
});
