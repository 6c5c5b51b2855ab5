import { toDecimal } from '../platform/money.ts';
import type { Release } from '../releases.ts';
import { addressOnWire } from './address.ts';
import type { Order } from './order.ts';

/** An order as the release's clients see it. The fields of older releases stay for their clients. */
export function orderOnWire(order: Order, release: Release) {
  const withMinor = release.answersMinorUnits;
  return {
    id: order.id,
    status: order.status,
    total: toDecimal(order.total),
    ...(withMinor && { amount: order.total }),
    items: order.items.map((item) => ({
      sku: item.sku,
      quantity: item.quantity,
      unitPrice: toDecimal(item.unit),
      ...(withMinor && { unitAmount: item.unit }),
    })),
    ...addressOnWire(order.shipTo, release),
    createdAt: order.createdAt,
  };
}
