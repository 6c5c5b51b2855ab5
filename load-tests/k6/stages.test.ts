import { expect, it } from 'vitest';
import { doubling, scenariosOf, thirds } from './stages.ts';

it('stages begin one after the other', () => {
  const scenarios = scenariosOf(doubling(25, 10, 3));
  expect(
    Object.entries(scenarios).map(([name, { rate, startTime }]) => [name, rate, startTime]),
  ).toEqual([
    ['at-25', 25, '0s'],
    ['at-50', 50, '10s'],
    ['at-100', 100, '20s'],
  ]);
});

it('a soak has three parts of the whole time', () => {
  expect(thirds(15, 600).map(({ seconds }) => seconds)).toEqual([200, 200, 200]);
});
