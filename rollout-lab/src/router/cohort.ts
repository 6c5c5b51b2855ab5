import { crc32 } from 'node:zlib';

/**
 * Where a customer stands in [0, 100), in steps of 0.01. It depends on the id alone: whoever is
 * below a weight is below every greater one. HAProxy says the same as `crc32(1),mod(10000)`, so that
 * a customer is in the cohort whichever of the two routers splits the traffic.
 */
export const cohortOf = (customer: string): number => (avalanche(crc32(customer)) % 10_000) / 100;

/**
 * Bob Jenkins' full avalanche (http://burtleburtle.net/bob/hash/integer.html, public domain), times
 * a large prime: what HAProxy's hashes do for the argument 1. A CRC alone leaves ids that differ in
 * their last digit close together.
 */
function avalanche(hash: number): number {
  let h = hash;
  h = (h + 0x7ed55d16 + (h << 12)) | 0;
  h = h ^ 0xc761c23c ^ (h >>> 19);
  h = (h + 0x165667b1 + (h << 5)) | 0;
  h = (h + 0xd3a2646c) ^ (h << 9);
  h = (h + 0xfd7046c5 + (h << 3)) | 0;
  h = h ^ 0xb55a4f09 ^ (h >>> 16);
  return Math.imul(h, 0xc0000001) >>> 0;
}
