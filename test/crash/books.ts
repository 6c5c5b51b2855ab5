import type {
  Booked,
  Charge,
  GatewayRefund,
  Stored,
  StoredOrder,
  StoredPayment,
  StoredRefund,
} from './sources.ts';
import type { Told } from './told.ts';

/** The three accounts of a run, and what is looked up in them again and again. */
export interface Books {
  readonly told: Told;
  readonly stored: Stored;
  readonly booked: Booked;
  /** On the shelves before the run. */
  readonly startStock: ReadonlyMap<string, number>;
  readonly orders: ReadonlyMap<string, StoredOrder>;
  readonly payments: ReadonlyMap<string, StoredPayment>;
  readonly refunds: ReadonlyMap<string, StoredRefund>;
  /** Captured charges by order. */
  readonly captured: ReadonlyMap<string, readonly Charge[]>;
  readonly chargesByPayment: ReadonlyMap<string, Charge>;
  readonly chargesById: ReadonlyMap<string, Charge>;
  readonly refundsByKey: ReadonlyMap<string, GatewayRefund>;
  readonly refundsByCharge: ReadonlyMap<string, readonly GatewayRefund[]>;
}

export function openBooks(
  told: Told,
  stored: Stored,
  booked: Booked,
  startStock: ReadonlyMap<string, number>,
): Books {
  const captured = booked.charges.filter(({ status }) => status === 'captured');
  return {
    ...{ told, stored, booked, startStock },
    orders: byId(stored.orders),
    payments: byId(stored.payments),
    refunds: byId(stored.refunds),
    captured: Map.groupBy(captured, ({ reference }) => reference),
    chargesByPayment: new Map(captured.map((charge) => [charge.key, charge])),
    chargesById: byId(booked.charges),
    refundsByKey: new Map(booked.refunds.map((refund) => [refund.key, refund])),
    refundsByCharge: Map.groupBy(booked.refunds, ({ chargeId }) => chargeId),
  };
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}
