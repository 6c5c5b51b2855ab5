import { expect, it } from 'vitest';
import { selects } from './selector.ts';

const labels = { app: 'shop', track: 'stable' };

it.each([
  [{}, true],
  [{ matchLabels: { app: 'shop' } }, true],
  [{ matchLabels: { app: 'shop', track: 'canary' } }, false],
  [{ matchExpressions: [{ key: 'track', operator: 'In', values: ['stable'] }] }, true],
  [{ matchExpressions: [{ key: 'track', operator: 'NotIn', values: ['stable'] }] }, false],
  [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true],
  [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  [
    {
      matchLabels: { app: 'shop' },
      matchExpressions: [{ key: 'zone', operator: 'Exists' }],
    },
    false,
  ],
])('%j selects: %s', (selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});

it('selects something without labels only where it asks for none', () => {
  expect([selects({}), selects({ matchLabels: { app: 'shop' } })]).toEqual([true, false]);
});
