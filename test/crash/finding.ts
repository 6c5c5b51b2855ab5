/**
 * What is wrong. `lost-*`: acknowledged and not there; `altered-*`: there with another value;
 * `double-charge`: an order with more than one captured charge; `second-order`: an order that no
 * key, or more than one, stands for; `unpaid-charge` and `uncharged-payment`: charge and payment
 * without each other; `unpaid-order`: an order that is paid without a payment, or a payment without
 * its order being paid; `over-refund`: more given back than was taken; `contradiction`: an answer
 * against an earlier one; `unfinished`: a request that never got a definite answer.
 */
export type Check =
  | 'lost-order'
  | 'altered-order'
  | 'second-order'
  | 'lost-payment'
  | 'altered-payment'
  | 'lost-cancellation'
  | 'lost-refund'
  | 'unbooked-refund'
  | 'over-refund'
  | 'double-charge'
  | 'unpaid-charge'
  | 'uncharged-payment'
  | 'unpaid-order'
  | 'stock'
  | 'unreconciled'
  | 'unfinished'
  | 'contradiction'
  | 'replay';

/** One row that does not add up, by name. */
export interface Finding {
  readonly check: Check;
  /** As a person would look it up. */
  readonly row: string;
  readonly detail: string;
}

/** Findings of one check for the rows that have something wrong; null is nothing. */
export function findings<T>(
  check: Check,
  rows: Iterable<T>,
  look: (row: T) => readonly [row: string, detail: string] | null,
): Finding[] {
  return [...rows].flatMap((row) => {
    const found = look(row);
    return found === null ? [] : [{ check, row: found[0], detail: found[1] }];
  });
}
