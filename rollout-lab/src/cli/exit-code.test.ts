import { describe, expect, it } from 'vitest';
import type { Finding } from '../ledger/finding.ts';
import { exitCodeOf } from './exit-code.ts';

const lost: Finding = { kind: 'lost', table: 'orders', row: '1', detail: 'gone' };
const green = { green: true, valid: true, findings: [], wrongAnswers: 0 };

describe('the exit code', () => {
  it.each([
    [0, 'green', green],
    [1, 'red', { ...green, green: false }],
    [3, 'invalid', { ...green, green: false, valid: false }],
    [1, 'invalid with a lost row', { ...green, green: false, valid: false, findings: [lost] }],
    [1, 'invalid with a wrong answer', { ...green, green: false, valid: false, wrongAnswers: 1 }],
  ])('is %i when the run is %s', (code, _, result) => {
    expect(exitCodeOf(result)).toBe(code);
  });
});
