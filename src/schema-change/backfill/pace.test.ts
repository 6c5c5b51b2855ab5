import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

describe('a rate limit', () => {
  it('lets batches of half a second through, one after the other', async () => {
    let now = 0;
    const pace = createPace(() => now);
    pace.limit(1_000);
    expect(pace.most()).toBe(500);
    pace.spend(500);
    now = 500;
    await pace.wait(AbortSignal.abort()); // would throw if it had to wait
    pace.spend(500);
    await expect(pace.wait(AbortSignal.abort())).rejects.toThrow();
  });

  it('takes effect at once when it changes, without the debt of the old one', async () => {
    const pace = createPace(() => 0);
    pace.limit(1);
    pace.spend(1_000);
    pace.limit(500);
    await pace.wait(AbortSignal.abort());
    pace.limit(null);
    pace.spend(1e9);
    await pace.wait(AbortSignal.abort());
    expect(pace.most()).toBe(Number.POSITIVE_INFINITY);
  });
});
