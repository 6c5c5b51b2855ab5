import { describe, expect, it } from 'vitest';
import { type BenchFlags, buildProgram, parseScenarios } from './options.ts';
import { parseStat } from './world/cpu-time.ts';
import { comparable } from './world/same-answers.ts';
import { orderId } from './world/shop.ts';

describe('CPU time', () => {
  it('is read behind a name that looks like more fields', () => {
    const stat = '42 (node 1 2) x) S 1 1 1 0 -1 0 5 0 0 0 150 50 0 0 20 0 11 0';
    expect(parseStat(stat)).toBe(2_000_000);
  });
});

describe('answers', () => {
  const answer = { id: '1', total: '2.00', items: [{ sku: 'a', unitPrice: '2.00' }] };
  const newer = {
    ...answer,
    id: '2',
    amount: { minor: 200 },
    items: [{ ...answer.items[0], unitAmount: { minor: 200 } }],
  };

  it('are the same without what a new order or a newer release has of its own', () => {
    expect(comparable(JSON.stringify(newer), true)).toBe(comparable(JSON.stringify(answer), true));
  });

  it('differ by the id where the same order was asked for, and by any other field', () => {
    const read = (value: object) => comparable(JSON.stringify(value), false);
    expect(read(newer)).not.toBe(read(answer));
    expect(read({ ...answer, total: '2.01' })).not.toBe(read(answer));
  });
});

describe('--quick', () => {
  it('shortens what nobody asked for in another way', async () => {
    const given: BenchFlags[] = [];
    const compare = async (flags: BenchFlags) => void given.push(flags);
    const program = buildProgram({ compare, memory: async () => {}, backfill: async () => {} });
    await program.parseAsync(['--quick', '--rounds', '7'], { from: 'user' });
    expect(given).toMatchObject([{ rounds: 7, seconds: 1, orders: 5_000, connections: 16 }]);
  });
});

describe('names', () => {
  it('of orders are UUIDs that hold the number', () => {
    expect(orderId(255)).toBe('019b0000-0000-7000-8000-0000000000ff');
  });

  it('of scenarios are known ones', () => {
    expect(parseScenarios('read, create').map(({ name }) => name)).toEqual(['create', 'read']);
    expect(() => parseScenarios('create,write')).toThrow(/"write" is none of create/);
  });
});
