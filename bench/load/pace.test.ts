import { expect, it } from 'vitest';
import { pace } from './pace.ts';

it('a pace does not wait for earlier calls, and ends when all of them are done', async () => {
  const due: number[] = [];
  const first = Promise.withResolvers<void>();
  let done = 0;
  const send = async (at: number) => {
    due.push(at);
    if (due.length === 1) await first.promise;
    if (due.length === 5) first.resolve();
    done += 1;
  };
  await pace({ start: 0, rate: 500, send, more: (sent) => sent < 5 });
  expect(due).toEqual([0, 2, 4, 6, 8]);
  expect(done).toBe(5);
});
