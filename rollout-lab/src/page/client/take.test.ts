import { describe, expect, it } from 'vitest';
import type { FeedEntry, RunBegan } from '../../feed/events.ts';
import { emptyState, kept, type PageState } from './state.ts';
import { take } from './take.ts';

const run: RunBegan = {
  type: 'run',
  strategy: 'canary',
  candidate: 'failing',
  change: 'minor-units',
  releases: ['1.0', '2.0'],
  replicas: 4,
  rate: 220,
  profile: 'quick',
  seed: '1',
  shop: 'http://127.0.0.1:8080',
};

function shown(...entries: readonly FeedEntry[]): PageState {
  const state = emptyState();
  for (const [n, entry] of entries.entries()) take(state, { at: 1_000 + n, ...entry });
  return state;
}

const second = (releases: Record<string, { requests: number; bad: number }>): FeedEntry => ({
  type: 'second',
  requests: 0,
  failed: 0,
  p50: 5,
  p99: 20,
  releases,
  totals: { requests: 10, failed: 1, wrong: 0 },
});

describe('what a page knows of a run', () => {
  it('is which release gave an answer, whether by the flag, and whether it failed', () => {
    const { squares, answered } = shown(run, { type: 'answers', cells: '0.1v1!?!' });
    expect(answered).toBe(4);
    expect(squares).toEqual([
      { release: 0, how: 'good' },
      { release: 1, how: 'variant' },
      { release: 1, how: 'bad' },
      { release: -1, how: 'bad' },
    ]);
  });

  it('is the traffic by release, and what belongs to none', () => {
    const { seconds, totals } = shown(
      run,
      second({ '1.0': { requests: 7, bad: 0 }, unknown: { requests: 2, bad: 2 } }),
    );
    expect(seconds.at(-1)?.answers).toEqual([7, 0, 2]);
    expect(totals.failed).toBe(1);
  });

  it('is the replicas that are up, each with the phase that it told last', () => {
    const replica = { type: 'replica', id: 'r1', release: '1.0' } as const;
    const up = shown(
      run,
      { ...replica, state: 'ready', phase: 'old' },
      { ...replica, state: 'draining' },
    );
    expect([...up.replicas]).toEqual([['r1', { release: '1.0', state: 'draining', phase: 'old' }]]);
    expect(shown(run, { ...replica, state: 'ended' }).replicas.size).toBe(0);
  });

  it('is forgotten when another run begins', () => {
    const state = shown(run, { type: 'answers', cells: '0.' }, { type: 'say', text: 'a' }, run);
    expect(state).toMatchObject({ answered: 0, squares: [], run: { candidate: 'failing' } });
    expect(state.log).toHaveLength(1);
  });

  it('stays within bounds however long the run is', () => {
    const state = shown(run);
    for (let n = 0; n < 5_000; n += 1) {
      take(state, { at: n, type: 'say', text: String(n) });
      take(state, { at: n, type: 'answers', cells: '0.'.repeat(50) });
      take(state, { at: n, ...second({}) });
      take(state, { at: n, type: 'control', what: 'pause' });
    }
    const most = 1.2;
    expect(state.squares.length).toBeLessThanOrEqual(most * kept.squares);
    expect(state.seconds.length).toBeLessThanOrEqual(most * kept.seconds);
    expect(state.log.length).toBeLessThanOrEqual(most * kept.log);
    expect(state.marks.length).toBeLessThanOrEqual(most * kept.marks);
    expect(state.answered).toBe(250_000);
  });
});

describe('what is read out', () => {
  const told = (entry: FeedEntry) => take(shown(run), { at: 2_000, ...entry });

  it('is a step, and the end with its reasons', () => {
    expect(told({ type: 'step', title: 'baseline', number: 1, of: 4 })).toBe(
      'Step 1 of 4: baseline',
    );
    const end = { type: 'end', lost: 0, double: 0, mismatched: 0 } as const;
    expect(told({ ...end, outcome: 'released', green: true, reasons: [] })).toBe('Green: released');
    expect(told({ ...end, outcome: 'rolled-back', green: false, reasons: ['2 lost'] })).toBe(
      'Red: rolled-back: 2 lost',
    );
  });

  it('is not every second, answer and look of the judge', () => {
    expect(told(second({}))).toBeNull();
    expect(told({ type: 'answers', cells: '0.' })).toBeNull();
    const verdict = { step: 'a', at: '', verdict: 'pass', checks: [] } as const;
    expect(told({ type: 'verdict', final: false, verdict })).toBeNull();
    expect(told({ type: 'verdict', final: true, verdict })).toBe('Judge: pass, a');
  });
});
