import { expect, it } from 'vitest';
import { persistently } from './persist.ts';

const passing = new Error('gone for a moment');

it('does it again while the reason is one that passes', async () => {
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries < 2) throw passing;
    return tries;
  };
  expect(await persistently(work, (error) => error === passing)).toBe(2);
});

it('gives up at once for another reason, and in the end', async () => {
  const wrong = new Error('wrong');
  const failing = (error: Error) => () => Promise.reject(error);
  await expect(persistently(failing(wrong), (error) => error === passing)).rejects.toBe(wrong);
  await expect(persistently(failing(passing), () => true, -1)).rejects.toBe(passing);
});
