import type { TestService } from '../support/service.ts';

/** What the shop should look like: small enough to be seen to be right. */
export interface Model {
  readonly orders: ModelOrder[];
  readonly payments: ModelPayment[];
  /** Requests that were answered well, to be sent again. */
  readonly answered: Answered[];
  /** On the shelf, by SKU. */
  readonly stock: Map<string, number>;
}

export interface ModelOrder {
  readonly id: string;
  readonly totalMinor: number;
  readonly items: readonly Item[];
  /** '' for none. */
  readonly address: string;
  status: 'placed' | 'paid' | 'cancelled';
}

export interface ModelPayment {
  readonly id: string;
  readonly order: ModelOrder;
  readonly captured: boolean;
  refundedMinor: number;
}

export interface Item {
  readonly sku: string;
  readonly quantity: number;
}

export interface Answered {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  readonly status: number;
  readonly text: string;
}

/** The real shop: replicas of different releases, and one customer for the whole sequence. */
export interface Real {
  readonly replicas: readonly TestService[];
  readonly customer: string;
}

/** Price of a piece in minor units: what the catalogue's decimal rate is rounded to, once. */
export const unitMinor: Readonly<Record<string, number>> = {
  pen: 1, // 0.01
  screw: 101, // 1.005, half away from zero
  mug: 1999, // 19.99
  free: 0,
  scarce: 250, // 2.50, and only a few of them
};

export function totalOf(items: readonly Item[]): number {
  return items.reduce((sum, { sku, quantity }) => sum + (unitMinor[sku] ?? 0) * quantity, 0);
}

/** What an order wants of each SKU, lines of the same one added up. */
export function wantedOf(items: readonly Item[]): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of items) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return wanted;
}

/** The element that a number stands for; absent in an empty list. */
export function pick<T>(list: readonly T[], n: number): T | undefined {
  return list[n % Math.max(1, list.length)];
}
