import { Value } from 'typebox/value';
import { v4, v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { cursorAfter, limitOf, orderOfCursor, PageQuery } from './schemas.ts';

const isTaken = (query: object) => Value.Check(PageQuery, query);

describe('a cursor', () => {
  const ids = [
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    v4(),
    v7(),
  ];
  it.each(ids)('of %s leads back to it, and is one that the API takes', (id) => {
    const cursor = cursorAfter(id);
    expect(orderOfCursor(cursor)).toBe(id);
    expect(isTaken({ cursor })).toBe(true);
    expect(cursor).not.toContain(id.slice(0, 8));
  });

  it('of any 22 characters that the API takes is an id that the database takes', () => {
    for (const cursor of ['-'.repeat(22), '_'.repeat(22), `${'A'.repeat(21)}z`]) {
      expect(isTaken({ cursor })).toBe(true);
      expect(orderOfCursor(cursor)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
  });

  it.each(['', 'A'.repeat(21), 'A'.repeat(23), `${'A'.repeat(21)}=`, `${'A'.repeat(21)}/`])(
    'is not "%s"',
    (cursor) => {
      expect(isTaken({ cursor })).toBe(false);
    },
  );
});

describe('a limit', () => {
  it.each(['1', '9', '10', '99', '100'])('may be %s', (limit) => {
    expect(isTaken({ limit })).toBe(true);
    expect(limitOf({ limit })).toBe(Number(limit));
  });
  it.each(['0', '101', '1000', '-1', '1.5', '01', '', 'all'])('may not be "%s"', (limit) => {
    expect(isTaken({ limit })).toBe(false);
  });
  it('is 20 when none is given', () => {
    expect(limitOf({})).toBe(20);
  });
});
