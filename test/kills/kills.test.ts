import { expect, it } from 'vitest';
import { kills } from './run.ts';

// One walk through the change and a few kills; npm run test:kills is the long form.
it('a command that was killed comes to its end when it is run again', async () => {
  const { signal } = new AbortController();
  const result = await kills({ kills: 5, minutes: 5, seed: 1, signal, say: () => {} });
  expect(result.findings).toEqual([]);
  expect(result).toMatchObject({ broken: [], green: true });
}, 300_000);
