import { describe, expect, it } from 'vitest';
import { Tally } from '../drain/tally.ts';
import { Journal } from './journal.ts';
import { reportOf } from './report.ts';
import { resultOf } from './result.ts';

const options = { kills: 2, seed: 7 };

/** A run in which everything held. */
function measured() {
  const journal = new Journal(() => {});
  journal.kill('expand', 'COMMIT');
  journal.kill('backfill', 'write');
  journal.count('kill');
  journal.count('kill');
  const tally = new Tally();
  tally.succeeded(1);
  return { journal, tally, seconds: 1 };
}

describe('resultOf', () => {
  it('is green when there were kills enough, nothing was found and nobody noticed', () => {
    const result = resultOf(options, measured());
    expect(result).toMatchObject({ green: true, broken: [], killed: 2, blows: { kill: 2 } });
    expect(result.kills).toEqual({ expand: { COMMIT: 1 }, backfill: { write: 1 } });
    expect(reportOf(result)).toContain('Green');
  });

  it('is red for each of them', () => {
    expect(resultOf({ ...options, kills: 3 }, measured()).broken).toEqual(['only 2 kills of 3']);
    const found = measured();
    found.journal.find({ walk: 1, step: 'expand', what: 'no lock left', detail: 'process 1' });
    expect(resultOf(options, found).broken).toEqual(['1 findings']);
    expect(reportOf(resultOf(options, found))).toContain('walk 1, expand: no lock left: process 1');
    const failed = measured();
    failed.tally.failed('500 internal');
    expect(resultOf(options, failed).broken).toEqual(['1 requests failed']);
    const idle = { ...measured(), tally: new Tally() };
    expect(resultOf(options, idle).broken).toEqual(['no request was answered']);
  });
});
