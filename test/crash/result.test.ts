import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { crewOf, quick } from './options.ts';
import { resultOf } from './result.ts';
import { createTold } from './told.ts';

const options = { profile: quick, crew: crewOf('mixed'), seed: 1 };
const lost: Finding = { check: 'lost-order', row: 'o1', detail: 'not in the database' };

interface Changes {
  kills?: number;
  deaths?: string[];
  outcomes?: [string, number][];
  findings?: Finding[];
  planted?: { check: 'lost-order'; row: string };
  storedOrders?: string[];
}

/** A run in which all holds, with `changes` to it: one retry client with one order and one refund. */
function resultWith(changes: Changes) {
  const { kills = quick.leastKills, deaths = [], outcomes = [], findings = [] } = changes;
  const told = createTold();
  told.retryCustomers.add('bob');
  told.orders.push({ key: 'k1', customerId: 'bob', id: 'o1', minor: 1, items: [] });
  told.refunds.push({ id: 'r1', paymentId: 'p1', minor: 1 });
  const orders = (changes.storedOrders ?? ['o1']).map((id) => ({
    ...{ id, customerId: 'bob', status: 'paid', amounts: [], items: [] },
  }));
  const http = { sent: 10, replayed: 1, outcomes: new Map(outcomes) };
  return resultOf(options, {
    fleet: { kills, restarts: kills, failedStarts: 0, deaths },
    load: { told, http, finished: [], retried: 0 },
    stored: { orders, payments: [], refunds: [], orderKeys: [], stock: [] },
    booked: { charges: [], refunds: [] },
    findings,
    planted: changes.planted,
    reconciled: { seconds: 1 },
  });
}

describe('resultOf', () => {
  it('is green when all holds', () => {
    expect(resultWith({})).toMatchObject({
      green: true,
      broken: [],
      retrying: { keys: 1, orders: 1 },
      acknowledged: 2,
    });
  });

  it.each<[string, Changes, string]>([
    ['too few were killed', { kills: 3 }, '3 kills, fewer than 12'],
    ['a replica ended by itself', { deaths: ['r1'] }, 'replicas ended by themselves: r1'],
    [
      'an answer was not expected',
      { outcomes: [['500 internal-error', 2]] },
      '2 answers that nobody expected (500)',
    ],
    ['a row is wrong', { findings: [lost] }, '1 rows do not add up'],
    [
      'a retry client has an order too many',
      { storedOrders: ['o1', 'o2'] },
      'retry clients finished 1 keys and have 2 orders',
    ],
  ])('is red when %s', (_what, changes, words) => {
    const { green, broken } = resultWith(changes);
    expect(green).toBe(false);
    expect(broken).toEqual([words]);
  });

  it('counts what is lost and what is double', () => {
    const found = [lost, { ...lost, check: 'double-charge' as const }];
    expect(resultWith({ findings: found })).toMatchObject({ lost: 1, double: 1, unreconciled: 0 });
  });

  it('says whether a damage on purpose was found in the row where it is', () => {
    const planted = { check: 'lost-order' as const, row: 'o1' };
    expect(resultWith({ findings: [lost], planted }).planted?.found).toBe(true);
    const elsewhere = resultWith({ findings: [{ ...lost, row: 'o2' }], planted });
    expect(elsewhere.planted?.found).toBe(false);
  });
});
