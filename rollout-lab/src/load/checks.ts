import { CURRENCY, minorOf } from './money.ts';

/** What an answer about an order must say. */
export interface Expected {
  readonly id?: string;
  readonly minor?: number;
  /** '' for an order that is sent nowhere. */
  readonly address?: string;
}

type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/**
 * The minor units that an order or a payment states in `total`; null when it states none, or when
 * its `amount` (sent from 2.0 on) says something else.
 */
export function statedMinor(answer: unknown): number | null {
  const { total, amount } = fieldsOf(answer);
  const minor = minorOf(total);
  if (amount === undefined) return minor;
  const { minor: second, currency } = fieldsOf(amount);
  return second === minor && currency === CURRENCY ? minor : null;
}

/**
 * Where an order says that it is sent; '' where it says nothing, and null when its `shipTo` (sent
 * from 5.0 on) says something else.
 */
export function statedAddress(answer: unknown): string | null {
  const { shippingAddress = '', shipTo } = fieldsOf(answer);
  if (typeof shippingAddress !== 'string') return null;
  if (shipTo === undefined) return shippingAddress;
  const { street, postcode, city, country } = fieldsOf(shipTo);
  const joined = [street, postcode, city, country].join(', ');
  return joined === shippingAddress ? joined : null;
}

/** The sum of an order's own lines; null when it does not list them with their prices. */
function sumOfItems(answer: unknown): number | null {
  const { items } = fieldsOf(answer);
  if (!Array.isArray(items) || items.length === 0) return null;
  return items.reduce<number | null>((sum, item) => {
    const { quantity, unitPrice } = fieldsOf(item);
    const unit = minorOf(unitPrice);
    return sum === null || unit === null || typeof quantity !== 'number'
      ? null
      : sum + unit * quantity;
  }, 0);
}

/** An order whose id, total or address is not the expected one, or that contradicts itself. */
export function isWrongOrder(answer: unknown, expected: Expected = {}): boolean {
  const { id } = fieldsOf(answer);
  const minor = statedMinor(answer);
  if (typeof id !== 'string' || minor === null) return true;
  if (expected.id !== undefined && id !== expected.id) return true;
  if (expected.minor !== undefined && minor !== expected.minor) return true;
  const address = statedAddress(answer);
  if (address === null || address !== (expected.address ?? address)) return true;
  const sum = sumOfItems(answer);
  return sum !== null && sum !== minor;
}

/** A payment that is not the captured one, in full, of this order. */
export function isWrongPayment(answer: unknown, order: { id: string; minor: number }): boolean {
  const { id, orderId, status } = fieldsOf(answer);
  return (
    typeof id !== 'string' ||
    orderId !== order.id ||
    status !== 'captured' ||
    statedMinor(answer) !== order.minor
  );
}
