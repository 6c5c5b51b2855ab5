import type { Money } from '../platform/money.ts';
import type { Transitions } from '../platform/transitions.ts';
import type { ShipTo } from './address.ts';

export const orderStatuses = ['placed', 'paid', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** An order is paid or cancelled, once. Money that is given back later is on its payment. */
export const orderTransitions: Transitions<OrderStatus> = {
  placed: ['paid', 'cancelled'],
  paid: [],
  cancelled: [],
};

export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
  readonly unit: Money;
}

/** An order as the code knows it, whatever shape it is stored in. */
export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  readonly total: Money;
  readonly items: readonly OrderItem[];
  /** Null for an order that is sent nowhere. */
  readonly shipTo: ShipTo | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** One line of an order that is wanted. */
export interface WantedItem {
  readonly sku: string;
  readonly quantity: number;
}
