import type { Books } from './books.ts';
import {
  alteredOrders,
  lostCancellations,
  lostOrders,
  secondOrders,
  wrongStock,
} from './compare-orders.ts';
import {
  alteredPayments,
  doubleCharges,
  lostPayments,
  lostRefunds,
  overRefunds,
  unbookedRefunds,
  unchargedPayments,
  unpaidCharges,
  unpaidOrders,
  unreconciled,
} from './compare-payments.ts';
import { type Finding, findings } from './finding.ts';

const contradictions = ({ told }: Books): Finding[] =>
  findings('contradiction', told.contradictions, ({ row, detail }) => [row, detail]);

const unfinished = ({ told }: Books): Finding[] =>
  findings('unfinished', told.unfinished, (key) => [key, 'this key has no definite answer']);

const checks: readonly ((books: Books) => Finding[])[] = [
  ...[lostOrders, alteredOrders, secondOrders, lostCancellations, wrongStock],
  ...[lostPayments, alteredPayments, doubleCharges, unpaidCharges, unchargedPayments, unpaidOrders],
  ...[lostRefunds, unbookedRefunds, overRefunds, unreconciled],
  ...[contradictions, unfinished],
];

/** Everything that does not agree between what was told, what is stored and what was charged. */
export function compare(books: Books): Finding[] {
  const all = checks.flatMap((check) => check(books));
  // One row can be found in two ways: it counts once a check.
  return [...new Map(all.map((finding) => [`${finding.check} ${finding.row}`, finding])).values()];
}
