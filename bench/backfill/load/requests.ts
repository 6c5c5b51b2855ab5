import { type BenchRequest, makeRequest, type RequestSource } from '../../load/requests.ts';
import { firstPayable } from '../../world/shop.ts';
import { unpaidEvery } from '../seed.ts';

/** Coprime to any round number: neighbours in time are far apart in the table. */
const stride = 7_919;

/** The k-th order to be paid; none comes twice before all have been. */
export function unpaidOrder(k: number, orders: number): number {
  return unpaidEvery * (1 + ((k * stride) % Math.floor(orders / unpaidEvery)));
}

/**
 * The k-th request of a shop's day: of ten seven read an order, two place one and one pays. What
 * is read and paid lies all over the tables, so that the backfill comes by it at some time.
 */
export function shopRequest(k: number, source: Omit<RequestSource, 'payableFrom'>): BenchRequest {
  if (k % 10 === 0) {
    const order = unpaidOrder(k / 10, source.shop.orders);
    return makeRequest.pay(k, { ...source, payableFrom: order - firstPayable - k });
  }
  return makeRequest[k % 10 < 3 ? 'create' : 'read'](k, { ...source, payableFrom: 0 });
}
