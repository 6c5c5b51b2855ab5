import { expect, it } from 'vitest';
import { cohortOf } from '../router/cohort.ts';
import { customersBeside } from './beside.ts';

const customers = Array.from({ length: 400 }, (_, n) => ({ id: `customer-${n}`, token: 't' }));

it('names every customer once, and between them those who come first into a canary', () => {
  const named = customersBeside(customers);
  expect(named.filter(({ early }) => !early)).toEqual(customers);
  const again = named.filter(({ early }) => early);
  expect(again).toHaveLength(customers.length);
  expect(again.every(({ id }) => cohortOf(id) < 5)).toBe(true);
  expect(new Set(again.map(({ id }) => id)).size).toBeGreaterThan(5);
});

it('names everybody once where nobody comes first', () => {
  const late = customers.filter(({ id }) => cohortOf(id) >= 5);
  expect(customersBeside(late)).toEqual(late);
});
