import { v7 as uuidv7 } from 'uuid';
import { type Reservation, reserveStock } from '../catalog/stock.ts';
import type { Customer } from '../platform/auth.ts';
import { decimalsOf, maxMinor } from '../platform/money.ts';
import type { FieldError } from '../platform/problems.ts';
import type { Transaction } from '../platform/transaction.ts';
import type { Phase } from '../schema-change/phases.ts';
import { OutOfStockProblem, TotalTooLargeProblem, UnknownSkuProblem } from './errors.ts';
import type { Order, OrderItem, WantedItem } from './order.ts';
import { insertOrder } from './store.ts';

export interface WantedOrder {
  readonly items: readonly WantedItem[];
  readonly currency: string;
}

/**
 * Prices the lines, takes the stock and stores the order, all in the caller's transaction.
 *
 * @throws {UnknownSkuProblem} for a SKU that is not there or has no price in the currency.
 * @throws {OutOfStockProblem} when there is too little of something; nothing is taken then.
 * @throws {TotalTooLargeProblem} when the total is beyond `maxMinor`.
 */
export async function createOrder(
  tx: Transaction,
  phase: Phase,
  customer: Customer,
  wanted: WantedOrder,
): Promise<Order> {
  const currency = { code: wanted.currency, decimals: decimalsOf(wanted.currency) };
  const { reservations, now } = await reserveStock(tx, wanted.items, currency);
  const items = priceItems(wanted, reservations);
  const total = { minor: sumOf(items, wanted.currency), currency: wanted.currency };
  const order = { id: uuidv7(), customerId: customer.id, total, items };
  tx.defer(insertOrder(tx, phase, order));
  return { ...order, status: 'placed', createdAt: now.toISOString() };
}

function priceItems(
  wanted: WantedOrder,
  reservations: ReadonlyMap<string, Reservation>,
): OrderItem[] {
  const unknown: FieldError[] = [];
  const missing: FieldError[] = [];
  const items = wanted.items.map(({ sku, quantity }, index) => {
    const found = reservations.get(sku);
    const field = `/items/${index}/sku`;
    if (found === undefined) unknown.push({ field, message: `"${sku}" is not a product` });
    else if (found.unitMinor === null) {
      unknown.push({ field, message: `"${sku}" has no price in ${wanted.currency}` });
    } else if (!found.reserved) {
      missing.push({
        field: `/items/${index}/quantity`,
        message: `is more than we have of "${sku}"`,
      });
    }
    return { sku, quantity, unit: { minor: found?.unitMinor ?? 0, currency: wanted.currency } };
  });
  if (unknown.length > 0) throw new UnknownSkuProblem(unknown);
  if (missing.length > 0) throw new OutOfStockProblem(missing);
  return items;
}

// In BigInt: fifty lines of the largest price and quantity are beyond 2^53.
function sumOf(items: readonly OrderItem[], currency: string): number {
  const sum = items.reduce((total, i) => total + BigInt(i.unit.minor) * BigInt(i.quantity), 0n);
  if (sum > BigInt(maxMinor)) throw new TotalTooLargeProblem(currency);
  return Number(sum);
}
