import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Figures } from '../schema-change/backfill/figures.ts';
import { createProgress, lineOf } from './backfill-progress.ts';

const figures: Figures = {
  state: 'running',
  because: [],
  tables: [
    { table: 'orders', rowsDone: 100, rowsTotal: 100, rowsChanged: 100, finished: true },
    { table: 'payments', rowsDone: 47, rowsTotal: 100, rowsChanged: 40, finished: false },
  ],
  rowsPerSecond: 52_345,
  secondsLeft: 12.2,
  limit: null,
  batchSize: 4_200,
  batches: 9,
  undone: 0,
  signals: [
    { name: 'p99', unit: 'ms', threshold: 500, value: 12.3, bad: false, note: '' },
    { name: 'replica-lag', unit: 's', threshold: 1.5, value: null, bad: false, note: 'no replica' },
  ],
};

afterEach(() => vi.restoreAllMocks());

describe('the progress of a backfill', () => {
  it('is a bar with pace, time left, size of batches and what was measured', () => {
    expect(lineOf(figures)).toBe(
      'payments █████████░░░░░░░░░░░ 47 %  52345 rows/s  13 s left  batch 4200  p99 12.3 ms',
    );
  });

  it('says why it waits', () => {
    const waiting = { ...figures, state: 'waiting', because: ['p99 612 ms > 500 ms'] } as const;
    expect(lineOf(waiting)).toBe('payments █████████░░░░░░░░░░░ 47 %  p99 612 ms > 500 ms');
  });

  it('is redrawn on a terminal, within its width, below what is said', () => {
    const writes: string[] = [];
    const screen = { isTTY: true, columns: 40, write: (text: string) => writes.push(text) > 0 };
    const { observer, end } = createProgress((line) => screen.write(`${line}\n`), screen);
    observer.figures(figures);
    observer.say('waiting: p99');
    end();
    const [drawn, said] = writes.join('').split('\r\x1b[2K').slice(1);
    expect(drawn).toHaveLength(39);
    expect(said).toBe('waiting: p99\n');
  });

  it('is drawn at once, in the first moment of a process and after what was said', () => {
    vi.spyOn(performance, 'now').mockReturnValue(1);
    const writes: string[] = [];
    const screen = { isTTY: true, write: (text: string) => writes.push(text) > 0 };
    const { observer } = createProgress((line) => screen.write(`${line}\n`), screen);
    observer.figures(figures);
    observer.figures(figures);
    observer.say('waiting: p99');
    observer.figures(figures);
    expect(writes.filter((text) => text === lineOf(figures).slice(0, 79))).toHaveLength(2);
  });

  it('is a line now and then elsewhere, and one for each table that is done', () => {
    const lines: string[] = [];
    const { observer } = createProgress((line) => lines.push(line), { write: () => true });
    for (let n = 0; n < 3; n += 1) observer.figures(figures);
    expect(lines).toEqual([
      'orders: 100 of 100 rows (100 %), 100 changed, done',
      'payments: 47 of 100 rows (47 %), 40 changed, 13 s left',
    ]);
  });
});
