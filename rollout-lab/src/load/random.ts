import { fnv1a } from '../router/fnv1a.ts';

/** A function that gives numbers in [0, 1). */
export type Random = () => number;

/**
 * The random numbers of request `k`: they depend on the seed and `k` alone, so that what one
 * request draws never shifts the next one's.
 * Generator: mulberry32 by Tommy Ettinger (public domain).
 */
export function randomOf(seed: number | string, k: number): Random {
  let state = fnv1a(`${seed}:${k}`);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An index into `length` things. */
export const indexBelow = (random: Random, length: number): number => Math.floor(random() * length);
