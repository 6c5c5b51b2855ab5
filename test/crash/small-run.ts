import { openBooks } from './books.ts';
import { compare } from './compare.ts';
import type { Check } from './finding.ts';
import type { Booked, Stored } from './sources.ts';
import { createTold, type Told } from './told.ts';

/** The three accounts of a small run, as they are written; a damage changes one of them. */
export interface Accounts {
  told: Told;
  stored: Mutable<Stored>;
  booked: Mutable<Booked>;
}

type Mutable<T> =
  T extends ReadonlyArray<infer Row>
    ? Mutable<Row>[]
    : T extends object
      ? { -readonly [Field in keyof T]: Mutable<T[Field]> }
      : T;

const items = [{ sku: 'mug', quantity: 2, unitMinor: 500 }];
const stored = [{ sku: 'mug', quantity: 2, amounts: [500, 500] }];

/** An order that is paid and partly refunded, one that is cancelled, one whose card was declined. */
export function wholeRun(): Accounts {
  const told = createTold();
  const order = (key: string, customerId: string, id: string) =>
    told.orders.push({ key, customerId, id, minor: 1000, items });
  order('k1', 'retrying', 'paid');
  order('k2', 'retrying', 'cancelled');
  order('k3', 'other', 'declined');
  told.retryCustomers.add('retrying');
  told.cancelled.push('cancelled');
  told.payments.push({ id: 'p1', orderId: 'paid', status: 'captured', minor: 1000 });
  told.payments.push({ id: 'p2', orderId: 'declined', status: 'declined', minor: 1000 });
  told.refunds.push({ id: 'r1', paymentId: 'p1', minor: 400 });
  const amounts = [1000, 1000];
  const row = (id: string, customerId: string, status: string) => ({
    ...{ id, customerId, status, amounts: [...amounts], items: structuredClone(stored) },
  });
  return {
    told,
    stored: {
      orders: [
        row('paid', 'retrying', 'paid'),
        row('cancelled', 'retrying', 'cancelled'),
        row('declined', 'other', 'placed'),
      ],
      payments: [
        { id: 'p1', orderId: 'paid', status: 'captured', amounts: [...amounts], chargeId: 'ch1' },
        { id: 'p2', orderId: 'declined', status: 'declined', amounts, chargeId: 'ch2' },
      ],
      refunds: [
        { id: 'r1', paymentId: 'p1', status: 'succeeded', minor: 400, gatewayRefundId: 're1' },
      ],
      orderKeys: [
        { key: 'k1', orderId: 'paid' },
        { key: 'k2', orderId: 'cancelled' },
        { key: 'k3', orderId: 'declined' },
      ],
      stock: [{ sku: 'mug', stock: 96 }],
    },
    booked: {
      charges: [
        { id: 'ch1', key: 'p1', reference: 'paid', amountMinor: 1000, status: 'captured' },
        { id: 'ch2', key: 'p2', reference: 'declined', amountMinor: 1000, status: 'declined' },
      ],
      refunds: [{ id: 're1', key: 'r1', chargeId: 'ch1', amountMinor: 400 }],
    },
  };
}

/** What a comparison finds, as check and row. */
export function found({ told, stored, booked }: Accounts): string[] {
  const books = openBooks(told, stored, booked, new Map([['mug', 100]]));
  return compare(books).map(({ check, row }) => `${check} ${row}`);
}

/** A row that has to be there. */
export function the<T extends { id: string }>(rows: T[], id: string): T {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw new Error(`there is no ${id}`);
  return row;
}

export const without = <T extends { id: string }>(rows: T[], id: string): T[] =>
  rows.filter((row) => row.id !== id);

/** What is done to an account, and what has to be found then: check and row. */
export type Damage = readonly [what: string, Check, row: string, (accounts: Accounts) => void];
