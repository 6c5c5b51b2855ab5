import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AddTogether, createRequestCounts } from './request-counts.ts';

const windowMs = 60_000;
beforeEach(() => void vi.useFakeTimers({ now: 10 * windowMs + 1_000 }));
afterEach(() => void vi.useRealTimers());

function countsWith(together?: AddTogether) {
  const counts = createRequestCounts(windowMs, together);
  onTestFinished(() => counts.close());
  const take = (times: number, most = 5, key = 'alice') =>
    Array.from({ length: times }, () => counts.take(key, most).current);
  return { ...counts, takeSome: take };
}

/** What replicas share, as Redis does it. */
function shared() {
  const sums = new Map<string, number>();
  const together = vi.fn<AddTogether>(async (additions) =>
    additions.map(({ key, window, by }) => {
      const sum = (sums.get(`${window} ${key}`) ?? 0) + by;
      sums.set(`${window} ${key}`, sum);
      return sum;
    }),
  );
  return { sums, together };
}

describe('a replica by itself', () => {
  it('counts each customer up to the limit, and what it refuses not at all', () => {
    const { takeSome, take } = countsWith();
    expect(takeSome(8)).toEqual([1, 2, 3, 4, 5, 6, 6, 6]);
    expect(takeSome(2, 5, 'bob')).toEqual([1, 2]);
    expect(take('alice', 5).ttl).toBe(59_000);
  });

  it('begins anew with the next window', () => {
    const { takeSome, take } = countsWith();
    takeSome(6);
    vi.advanceTimersByTime(58_999);
    expect(take('alice', 5)).toEqual({ current: 6, ttl: 1 });
    vi.advanceTimersByTime(1);
    expect(take('alice', 5)).toEqual({ current: 1, ttl: windowMs });
  });
});

describe('replicas together', () => {
  it('know of each other’s requests a tenth of a second later', async () => {
    const { together } = shared();
    const [one, two] = [countsWith(together), countsWith(together)];
    expect(one.takeSome(3)).toEqual([1, 2, 3]);
    expect(two.takeSome(1)).toEqual([1]);
    await vi.advanceTimersByTimeAsync(100);
    expect(two.takeSome(3)).toEqual([5, 6, 6]);
    await vi.advanceTimersByTimeAsync(100);
    one.takeSome(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(one.takeSome(1)).toEqual([6]);
  });

  it('tell each request once, and nothing when there was none', async () => {
    const { sums, together } = shared();
    const one = countsWith(together);
    one.takeSome(2);
    await vi.advanceTimersByTimeAsync(100);
    one.takeSome(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([...sums]).toEqual([['10 alice', 4]]);
    expect(together).toHaveBeenCalledTimes(2);
  });

  it('count what comes in while they are told something', async () => {
    const answer = Promise.withResolvers<number[]>();
    const one = countsWith(() => answer.promise);
    one.takeSome(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(one.takeSome(1)).toEqual([3]);
    answer.resolve([3]);
    await vi.advanceTimersByTimeAsync(0);
    expect(one.takeSome(1)).toEqual([5]);
  });

  it('go on with their own counts when they cannot be told, or have forgotten', async () => {
    const answers: (number | null)[] = [null, 0, 4];
    const one = countsWith(async () => [answers.shift() ?? null]);
    for (const expected of [1, 2, 3, 5]) {
      expect(one.takeSome(1)).toEqual([expected]);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(one.takeSome(1)).toEqual([6]);
  });
});
