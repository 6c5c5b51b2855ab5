import { describe, expect, it } from 'vitest';
import { databaseFor, type TestDatabase } from './support/database.ts';
import { insertInstance } from './support/rows.ts';
import { schema } from './support/schema-command.ts';
import type { SchemaPoint } from './support/template.ts';

async function statusOf({ url }: TestDatabase): Promise<string> {
  const { code, stdout } = await schema(url, 'status');
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  expect(stdout).not.toContain('\u001b');
  return stdout;
}

const line = (behind: number) =>
  [0, 1, 2, 3]
    .map((at) => {
      const before = at === 0 ? '' : (at <= behind ? '─' : '╌').repeat(13);
      return before + (at < behind ? '●' : at === behind ? '◉' : '○');
    })
    .join('');

describe('status', () => {
  it.each<[SchemaPoint | 'empty', number, number, string]>([
    ['empty', -1, -1, 'expand --release 1.0'],
    ['baseline', 0, 0, 'expand --release 2.0'],
    ['expanded', 1, 0, 'backfill'],
    ['relaxed', 2, 0, 'verify'],
    ['contracted', 3, 0, 'expand --release 5.0'],
    ['6.0', 3, 2, 'verify'],
    ['7.0', 3, 3, 'nothing: the change is complete'],
  ])('draws %s, and names the next step', async (point, first, second, next) => {
    const told = await statusOf(await databaseFor(point));
    expect(told).toContain(`minor-units       ${line(first)}\n`);
    expect(told).toContain(`shipping-address  ${line(second)}\n`);
    expect(told).toMatch(new RegExp(`^next .*${next}`, 'm'));
  });

  it('says what each release would do, and what the way back needs first', async () => {
    const database = await databaseFor('relaxed');
    await insertInstance(database.pool, {
      id: 'three',
      release: '3.0',
      phase: 'new',
      seenAgo: -99,
    });
    expect((await schema(database.url, 'brownout', '--window', '1')).code).toBe(0);
    const told = await statusOf(database);
    expect(told).toContain('1.0  refuses: too old, 2.0 or newer is needed');
    expect(told).toContain('2.0  runs: dual-read-new');
    expect(told).toContain('4.0  refuses: too new, needs minor-units "contracted"');
    expect(told).toMatch(/brownout +passed; begun \d+ s ago \(\d{4}-/);
    const { stdout } = await schema(database.url, 'status', '--json');
    const { wayBack, instances, changes } = JSON.parse(stdout);
    expect(wayBack).toEqual({
      to: 'expanded',
      obstacles: ['alive and not able to run on "expanded": three (release 3.0)'],
      steps: [
        'npm run schema -- brownout --undo',
        'deploy 2.0 alone',
        'npm run schema -- rollback --to expanded',
      ],
    });
    expect(instances).toMatchObject([{ id: 'three', release: '3.0', phase: 'new' }]);
    expect(changes).toMatchObject([{ state: 'relaxed' }, { state: 'baseline' }]);
  });

  it('shows a change on its way back, and goes on with that', async () => {
    const database = await databaseFor('relaxed');
    await database.pool.query(`UPDATE schema_state SET going_back_to = 'expanded'`);
    const told = await statusOf(database);
    expect(told).toContain(`●${'◂'.repeat(13)}◉`);
    expect(told).toMatch(/^next +npm run schema -- rollback --to expanded$/m);
    expect(told).toContain('3.0  refuses: too new, minor-units goes back to "expanded"');
  });
});
