/** `once` sends every request one time; `retry` repeats one with its key until the answer is definite. */
export type ClientKind = 'once' | 'retry';

export interface Item {
  readonly sku: string;
  readonly quantity: number;
  /** Price of a piece in minor units. */
  readonly unitMinor: number;
}

export interface ToldOrder {
  readonly key: string;
  readonly customerId: string;
  readonly id: string;
  readonly minor: number;
  readonly items: readonly Item[];
}

export interface ToldPayment {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly minor: number;
}

export interface ToldRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly minor: number;
}

/** What clients were told, and therefore has to be true. Amounts in minor units of USD. */
export interface Told {
  readonly orders: ToldOrder[];
  readonly payments: ToldPayment[];
  readonly refunds: ToldRefund[];
  /** Orders whose cancellation was acknowledged. */
  readonly cancelled: string[];
  /** Customers of the `retry` clients, who know of every order that they have. */
  readonly retryCustomers: Set<string>;
  /** Keys that a `retry` client could not bring to an end in time. */
  readonly unfinished: string[];
  /** Answers that contradict an earlier one: the row, and how. */
  readonly contradictions: { readonly row: string; readonly detail: string }[];
}

export function createTold(): Told {
  return {
    orders: [],
    payments: [],
    refunds: [],
    cancelled: [],
    retryCustomers: new Set(),
    unfinished: [],
    contradictions: [],
  };
}

/** How many requests that change something were acknowledged. */
export function acknowledged(told: Told): number {
  return told.orders.length + told.payments.length + told.refunds.length + told.cancelled.length;
}
