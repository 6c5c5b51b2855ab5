import { describe, expect, it } from 'vitest';
import { randomOf } from '../harness/random.ts';
import { drawMoment } from './moments.ts';
import { doing, kindOf } from './watcher.ts';

const session = { pid: 1, state: 'active', waits: null, query: 'SELECT 1' };

describe('kindOf', () => {
  it.each([
    ['COMMIT', 'COMMIT'],
    ['BEGIN', 'BEGIN, SET'],
    ['SET lock_timeout = 5', 'BEGIN, SET'],
    ['-- Up Migration\n\nALTER TABLE orders ADD COLUMN total_minor bigint', 'DDL'],
    ['-- Up\nALTER TABLE orders VALIDATE CONSTRAINT x', 'VALIDATE'],
    ['LOCK TABLE orders, payments IN ACCESS EXCLUSIVE MODE', 'LOCK TABLE'],
    ['CREATE INDEX CONCURRENTLY x ON orders (id)', 'index, concurrently'],
    ['REVOKE SELECT (total) ON orders FROM scaleretail_api', 'GRANT, REVOKE'],
    ['\n  WITH batch AS (SELECT id FROM orders) UPDATE orders SET total_minor = 1', 'write'],
    ['SELECT count(*) FROM orders', 'read'],
  ])('%j is %s', (query, kind) => {
    expect(kindOf(query)).toBe(kind);
  });
});

describe('doing', () => {
  it('tells of the busiest session', () => {
    const idle = { ...session, state: 'idle' };
    const waiting = { ...session, waits: 'Lock', query: 'ALTER TABLE orders DROP COLUMN total' };
    expect(doing([idle, waiting])).toBe('waiting for a lock: DDL');
    expect(doing([idle, { ...session, state: 'idle in transaction' }])).toBe('idle in transaction');
    expect(doing([idle])).toBe('idle');
  });
});

describe('drawMoment', () => {
  const duration = { connectedMs: 1_000, allMs: 1_300 };
  const draw = (seed: number, hasObstacle = true) => {
    const random = randomOf(seed);
    return Array.from({ length: 200 }, () => drawMoment(random, duration, hasObstacle));
  };

  it('draws the same for the same seed, and every kind', () => {
    expect(JSON.stringify(draw(1))).toBe(JSON.stringify(draw(1)));
    expect(new Set(draw(1).map(({ name }) => name)).size).toBe(5);
  });

  it('stays within the time that the command takes, early and late', () => {
    const delays = draw(2).map(({ delayMs }) => delayMs);
    expect(Math.max(...delays)).toBeLessThan(1_000);
    expect(Math.max(...delays)).toBeGreaterThan(900);
    expect(Math.min(...delays)).toBe(0);
  });

  it('waits for nobody where nobody can be in the way', () => {
    expect(draw(3, false).every(({ obstacle }) => !obstacle)).toBe(true);
  });
});
