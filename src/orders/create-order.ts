import { v7 as uuidv7 } from 'uuid';
import { isOutOfStock, type Quote, quoteProducts } from '../catalog/stock.ts';
import type { Phases, Tracker } from '../changes/changes.ts';
import { KeyTakenError } from '../idempotency/errors.ts';
import type { KeyRef } from '../idempotency/keys.ts';
import { type Answer, type OnceDeps, outcomeOfAnswer, withKey } from '../idempotency/once.ts';
import { decimalsOf, maxMinor } from '../platform/money.ts';
import type { Release } from '../releases.ts';
import type { ShipTo } from './address.ts';
import { TotalTooLargeProblem } from './errors.ts';
import type { Order, OrderItem, WantedItem } from './order.ts';
import { priceItems } from './price-items.ts';
import { insertOrder, orderChanges } from './store.ts';
import { orderOnWire } from './wire.ts';

export interface CreateDeps extends OnceDeps {
  readonly release: Release;
  readonly tracker: Tracker;
}

export interface WantedOrder {
  readonly ref: KeyRef;
  readonly phases: Phases;
  readonly items: readonly WantedItem[];
  readonly currency: string;
  readonly shipTo: ShipTo | null;
}

/** Each further try means that somebody else has taken pieces between the look and the grasp. */
const maxTries = 10;

/**
 * Places an order: prices are read, then stock, order and answer are written by one statement.
 *
 * @throws {UnknownSkuProblem} for a SKU that is not there or has no price in the currency.
 * @throws {OutOfStockProblem} when there is too little of something; nothing is taken then.
 * @throws {TotalTooLargeProblem} when the total is beyond `maxMinor`.
 * @throws the problems of `withKey`.
 */
export function createOrder(deps: CreateDeps, wanted: WantedOrder): Promise<Answer> {
  return withKey(deps, wanted.ref, {
    attempt: () => place(deps, wanted),
    replay: (answer) => answer,
    outcomeOf: outcomeOfAnswer,
  });
}

async function place(deps: CreateDeps, wanted: WantedOrder): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await placeOnce(deps, wanted);
    } catch (error) {
      if (attempt >= maxTries || !isOutOfStock(error)) throw error;
    }
  }
}

async function placeOnce(deps: CreateDeps, wanted: WantedOrder): Promise<Answer> {
  const { database, release, tracker, keyTtlMs: ttlMs } = deps;
  const { ref, phases, items } = wanted;
  const currency = { code: wanted.currency, decimals: decimalsOf(wanted.currency) };
  const skus = items.map((item) => item.sku);
  const { quotes, now } = await quoteProducts(database, skus, currency);
  const order = orderOf(wanted, quotes, now);
  const body = JSON.stringify(orderOnWire({ ...order, status: 'placed' }, release));
  const answer = { status: 201, body };
  tracker.didWrite(phases, orderChanges);
  const stored = await insertOrder(database, phases, order, { ref, answer, ttlMs });
  if (!stored) throw new KeyTakenError();
  return { ...answer, replayed: false };
}

function orderOf(
  wanted: WantedOrder,
  quotes: ReadonlyMap<string, Quote>,
  now: Date,
): Omit<Order, 'status'> {
  const { currency, shipTo } = wanted;
  const items = priceItems(wanted, quotes);
  return {
    id: uuidv7(),
    customerId: wanted.ref.customerId,
    total: { minor: sumOf(items, currency), currency },
    items,
    shipTo,
    createdAt: now.toISOString(),
  };
}

// In BigInt: fifty lines of the largest price and quantity are beyond 2^53.
function sumOf(items: readonly OrderItem[], currency: string): number {
  const sum = items.reduce((total, i) => total + BigInt(i.unit.minor) * BigInt(i.quantity), 0n);
  if (sum > BigInt(maxMinor)) throw new TotalTooLargeProblem(currency);
  return Number(sum);
}
