import type { Books } from './books.ts';
import { type Finding, findings } from './finding.ts';

/** Every payment that was acknowledged is there as it was told. */
export function lostPayments({ told, payments }: Books): Finding[] {
  return findings('lost-payment', told.payments, ({ id, status }) => {
    const now = payments.get(id)?.status ?? 'not there';
    return now === status ? null : [id, `acknowledged as ${status}, stored as ${now}`];
  });
}

/** A payment has the amount that was told and its order's total, in each shape. */
export function alteredPayments({ told, stored, payments, orders }: Books): Finding[] {
  const wrong = (amounts: readonly number[], minor: number | undefined) =>
    amounts.length === 0 || amounts.some((amount) => amount !== minor);
  const againstTold = findings('altered-payment', told.payments, ({ id, minor }) => {
    const amounts = payments.get(id)?.amounts;
    if (amounts === undefined || !wrong(amounts, minor)) return null;
    return [id, `told ${minor}, stored ${amounts}`];
  });
  const againstOrder = findings('altered-payment', stored.payments, ({ id, orderId, amounts }) => {
    const total = orders.get(orderId)?.amounts[0];
    return wrong(amounts, total) ? [id, `order of ${total}, payment of ${amounts}`] : null;
  });
  return [...againstTold, ...againstOrder];
}

export function doubleCharges({ captured }: Books): Finding[] {
  return findings('double-charge', captured, ([orderId, charges]) =>
    charges.length === 1
      ? null
      : [orderId, `${charges.length} captured charges: ${charges.map(({ id }) => id).join(', ')}`],
  );
}

/** Every captured charge has its captured payment, of the same amount and order. */
export function unpaidCharges({ captured, payments }: Books): Finding[] {
  return findings('unpaid-charge', [...captured.values()].flat(), (charge) => {
    const { id, key, reference, amountMinor } = charge;
    const payment = payments.get(key);
    if (payment?.status !== 'captured')
      return [
        id,
        `${amountMinor} captured, its payment ${key} is ${payment?.status ?? 'not there'}`,
      ];
    if (payment.orderId !== reference) return [id, `for ${reference}, paid for ${payment.orderId}`];
    const { amounts } = payment;
    return amounts[0] === amountMinor
      ? null
      : [id, `${amountMinor} captured, payment of ${amounts}`];
  });
}

/** Every captured payment has its captured charge. */
export function unchargedPayments({ stored, chargesByPayment }: Books): Finding[] {
  const paid = stored.payments.filter(({ status }) => status === 'captured');
  return findings('uncharged-payment', paid, ({ id, chargeId }) => {
    const charge = chargesByPayment.get(id);
    if (charge === undefined) return [id, 'captured here, no charge at the gateway'];
    return charge.id === chargeId ? null : [id, `names ${chargeId}, the gateway has ${charge.id}`];
  });
}

/** An order is paid exactly when it has one captured payment. */
export function unpaidOrders({ stored }: Books): Finding[] {
  const paid = Map.groupBy(
    stored.payments.filter(({ status }) => status === 'captured'),
    ({ orderId }) => orderId,
  );
  return findings('unpaid-order', stored.orders, ({ id, status }) => {
    const count = paid.get(id)?.length ?? 0;
    const right = count === (status === 'paid' ? 1 : 0);
    return right ? null : [id, `it is ${status}, with ${count} captured payments`];
  });
}

export function lostRefunds({ told, refunds }: Books): Finding[] {
  return findings('lost-refund', told.refunds, ({ id, minor }) => {
    const refund = refunds.get(id);
    if (refund?.status === 'succeeded' && refund.minor === minor) return null;
    const now = refund === undefined ? 'not there' : `${refund.status}, ${refund.minor}`;
    return [id, `acknowledged with ${minor}, stored: ${now}`];
  });
}

/** Refunds here and at the gateway are the same, of the same charge and amount. */
export function unbookedRefunds(books: Books): Finding[] {
  const { stored, booked, refunds, refundsByKey, payments } = books;
  const succeeded = stored.refunds.filter(({ status }) => status === 'succeeded');
  const here = findings('unbooked-refund', succeeded, ({ id, minor, paymentId }) => {
    const entry = refundsByKey.get(id);
    const chargeId = payments.get(paymentId)?.chargeId;
    if (entry?.amountMinor === minor && entry.chargeId === chargeId) return null;
    return [id, `${minor} of ${chargeId} here, ${entry?.amountMinor ?? 'nothing'} at the gateway`];
  });
  const there = findings('unbooked-refund', booked.refunds, ({ id, key, amountMinor }) => {
    const status = refunds.get(key)?.status ?? 'not there';
    return status === 'succeeded'
      ? null
      : [id, `${amountMinor} given back, its refund ${key} is ${status}`];
  });
  return [...here, ...there];
}

export function overRefunds({ refundsByCharge, chargesById }: Books): Finding[] {
  return findings('over-refund', refundsByCharge, ([chargeId, refunds]) => {
    const given = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    const taken = chargesById.get(chargeId)?.amountMinor ?? 0;
    return given <= taken ? null : [chargeId, `${taken} captured, ${given} given back`];
  });
}

export function unreconciled({ stored }: Books): Finding[] {
  const pending = [...stored.payments, ...stored.refunds].filter((r) => r.status === 'pending');
  return findings('unreconciled', pending, ({ id }) => [id, 'still pending']);
}
