import { describe, expect, it } from 'vitest';
import type { Feed } from '../feed/feed.ts';
import type { PageOrder } from '../page/orders.ts';
import { RunDesk, type StartOrder } from './run-desk.ts';
import { Runs } from './runs.ts';

const start: StartOrder = {
  do: 'start',
  strategy: 'canary',
  candidate: 'healthy',
  change: null,
  quick: true,
};
const end = { outcome: 'released', green: true, reasons: [] } as const;

/** Runs that last until they are told to be over. */
function slowRuns() {
  const feeds: Feed[] = [];
  const over: (() => void)[] = [];
  const runs = new Runs((_order, { feed }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    feeds.push(feed);
    over.push(resolve);
    return promise;
  });
  return { runs, feeds, over };
}

describe('runs that are started from the page', () => {
  it('are carried out one after another', async () => {
    const { runs, feeds, over } = slowRuns();
    const shown: Feed[] = [];
    runs.onStart((feed) => shown.push(feed));
    await runs.desk.carryOut(start);
    expect(runs.desk.choices()).toMatchObject({ running: true, mayStart: true });
    await expect(runs.desk.carryOut(start)).rejects.toMatchObject({ status: 409 });
    await expect.poll(() => feeds).toHaveLength(1);
    feeds[0]?.emit({ type: 'end', ...end, lost: 0, double: 0, mismatched: 0 });
    expect(runs.desk.choices().running).toBe(false);
    await runs.desk.carryOut(start);
    expect(shown).toHaveLength(2);
    // What the first one had started is not ended yet.
    expect(feeds).toHaveLength(1);
    over[0]?.();
    await expect.poll(() => feeds).toHaveLength(2);
    expect(runs.desk.choices().running).toBe(true);
    over[1]?.();
    await runs.last;
    expect(runs.desk.choices().running).toBe(false);
  });

  it('are of what there is', async () => {
    const { runs } = slowRuns();
    for (const wrong of [{ strategy: 'hope' }, { candidate: 'perfect' }, { change: 'none' }]) {
      await expect(runs.desk.carryOut({ ...start, ...wrong })).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('known are'),
      });
    }
  });

  it('are not started where the page shows a single one', async () => {
    const desk = new RunDesk();
    expect(desk.choices().mayStart).toBe(false);
    await expect(desk.carryOut(start)).rejects.toMatchObject({ status: 409 });
  });

  it.each<PageOrder>([
    { do: 'pause' },
    { do: 'kill', replica: 'r1-1.0' },
    { do: 'stall', seconds: 1 },
  ])('take no $do before they are under load, nor when none is under way', async (order) => {
    const { runs } = slowRuns();
    await expect(runs.desk.carryOut(order)).rejects.toThrow('no run is under way');
    await runs.desk.carryOut(start);
    await expect(runs.desk.carryOut(order)).rejects.toThrow('not under load yet');
  });
});
