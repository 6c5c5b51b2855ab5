import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../feed/events.ts';
import type { Verdict } from '../judge/types.ts';
import { historyOf } from './history.ts';

const answers = (squares: number): FeedEvent => ({
  at: 0,
  type: 'answers',
  cells: '0.'.repeat(squares),
});
const say = (text: string): FeedEvent => ({ at: 0, type: 'say', text });
const look = (final: boolean): FeedEvent => ({
  at: 0,
  type: 'verdict',
  final,
  verdict: { step: 'a', verdict: 'pass', checks: [] } as unknown as Verdict,
});

describe('what a new page is shown of the past', () => {
  it('is all that was said, and of the answers no more than it draws', () => {
    const timeline = [say('a'), ...Array.from({ length: 100 }, () => answers(100)), say('b')];
    const kept = historyOf(timeline, 0);
    expect(kept).toEqual([0, ...Array.from({ length: 20 }, (_, n) => 81 + n), 101]);
  });

  it('is every last word of the judge, and of its looks the latest', () => {
    const timeline = [look(false), look(true), look(false), look(false), look(true)];
    expect(historyOf(timeline, 0)).toEqual([1, 3, 4]);
  });

  it('begins where it is asked to', () => {
    expect(historyOf([say('a'), say('b'), say('c')], 1)).toEqual([1, 2]);
    expect(historyOf([say('a')], 1)).toEqual([]);
  });
});
