import type { Kind } from '../metrics/types.ts';

/** Shares in percent: 60 % reads, 25 % orders, 15 % payments. */
export const MIX: ReadonlyArray<readonly [kind: Kind, percent: number]> = [
  ['read-order', 35],
  ['list-orders', 10],
  ['read-product', 15],
  ['create-order', 25],
  ['pay-order', 15],
];

/** The kind that a number in [0, 1) stands for. */
export function kindOf(u: number): Kind {
  let rest = u * 100;
  for (const [kind, percent] of MIX) {
    if (rest < percent) return kind;
    rest -= percent;
  }
  throw new RangeError(`${u} is not in [0, 1)`);
}
