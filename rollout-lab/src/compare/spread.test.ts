import { describe, expect, it } from 'vitest';
import { spreadOf } from './spread.ts';

describe('the spread', () => {
  it.each([
    [[3, 1, 2], { median: 2, min: 1, max: 3, n: 3 }],
    [[4, 1, 2, 3], { median: 2.5, min: 1, max: 4, n: 4 }],
    [[7, null], { median: 7, min: 7, max: 7, n: 1 }],
    [[10, 9, -1], { median: 9, min: -1, max: 10, n: 3 }],
    [[null], null],
    [[], null],
  ])('of %j is %j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });
});
