import { expect, it } from 'vitest';
import { kills } from './run.ts';
import { shortRoute } from './steps.ts';

// One walk through one change and a few kills; npm run test:kills is the long form.
it('a command that was killed comes to its end when it is run again', async () => {
  const { signal } = new AbortController();
  const few = { route: shortRoute, kills: 5, minutes: 5, seed: 1 };
  const result = await kills({ ...few, signal, say: () => {} });
  expect(result.findings).toEqual([]);
  expect(result).toMatchObject({ broken: [], green: true });
}, 300_000);
