import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SchemaChange } from '../schema-change/change.ts';
import { changes } from './changes.ts';

const folder = new URL('../schema-change/', import.meta.url);

/** The engine's code without its comments, which may tell of an example. */
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: withoutComments(readFileSync(new URL(file, folder), 'utf8')) }));

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

/** Everything by which the database and the flag server know a change. */
function namesOf({ name, flags, tables }: SchemaChange): string[] {
  const columns = tables.flatMap((table) => [...table.old, ...table.new].map((c) => c.name));
  return [name, ...Object.values(flags), ...tables.map(({ table }) => table), ...columns];
}

/**
 * Whether a text speaks of a name. One that is a plain word, such as "total", is one only where SQL
 * or a string has it: a variable may be called so.
 */
function mentions(text: string, name: string): boolean {
  if (/[^a-z]/.test(name)) return text.includes(name);
  return new RegExp(`['"\`]${name}['"\`]|\\b(FROM|INTO|UPDATE|JOIN|ON|TABLE) ${name}\\b`).test(
    text,
  );
}

describe('the engine', () => {
  it.each(changes)('knows nothing of $name', (change) => {
    const names = namesOf(change);
    const found = sources.flatMap(({ file, text }) =>
      names.filter((name) => mentions(text, name)).map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('and it would be seen if it did', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(mentions('UPDATE orders SET', 'orders')).toBe(true);
    expect(mentions("names.includes('total')", 'total')).toBe(true);
    expect(mentions('SELECT t.ship_street FROM', 'ship_street')).toBe(true);
    expect(mentions('const total = 0;', 'total')).toBe(false);
  });
});
