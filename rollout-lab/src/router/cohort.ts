import { fnv1a } from './fnv1a.ts';

/**
 * Where a customer stands in [0, 100), in steps of 0.01. It depends on the id alone: whoever is
 * below a weight is below every greater one.
 */
export const cohortOf = (customer: string): number => (mix(fnv1a(customer)) % 10_000) / 100;

/**
 * The finaliser of MurmurHash3 (Austin Appleby, public domain). FNV-1a alone leaves ids that differ
 * in their last digit close together.
 */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
