import { describe, expect, it } from 'vitest';
import { concurrentIndexOf, NamelessIndexError } from './concurrent-index.ts';

describe('an index that is built concurrently', () => {
  it.each([
    ['CREATE INDEX CONCURRENTLY by_sku ON items (sku);', 'build'],
    ['create unique index concurrently if not exists "by_sku" on "items" ("sku")', 'build'],
    ['-- why\nCREATE INDEX CONCURRENTLY by_sku\n  ON items (sku)', 'build'],
    ['DROP INDEX CONCURRENTLY IF EXISTS "by_sku";', 'drop'],
  ])('is found by its name: %s', (sql, does) => {
    expect(concurrentIndexOf(sql)).toEqual({ name: 'by_sku', does });
  });

  it.each([
    'CREATE INDEX CONCURRENTLY ON items (sku)',
    'SELECT 1; CREATE INDEX CONCURRENTLY by_sku ON items (sku)',
  ])('without one is refused: %s', (sql) => {
    expect(() => concurrentIndexOf(sql)).toThrow(NamelessIndexError);
  });

  it.each([
    'CREATE INDEX by_sku ON items (sku)',
    '-- CREATE INDEX CONCURRENTLY ON items\nSELECT 1',
  ])('is nothing else: %s', (sql) => {
    expect(concurrentIndexOf(sql)).toBeNull();
  });
});
