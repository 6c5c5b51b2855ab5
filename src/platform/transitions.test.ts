import { describe, expect, it } from 'vitest';
import { sourcesOf, type Transitions } from './transitions.ts';

describe('sourcesOf', () => {
  const table: Transitions<'a' | 'b' | 'c'> = { a: ['b', 'c'], b: ['c'], c: [] };

  it.each([
    ['a', []],
    ['b', ['a']],
    ['c', ['a', 'b']],
  ] as const)('%s is reached from %j', (to, from) => {
    expect(sourcesOf(table, to)).toEqual(from);
  });
});
