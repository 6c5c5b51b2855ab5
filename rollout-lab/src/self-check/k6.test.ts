import { describe, expect, it } from 'vitest';
import { percentile } from '../metrics/histogram.ts';
import { readCsv } from './k6.ts';

async function* rows(...lines: string[]) {
  yield 'metric_name,timestamp,metric_value,check,error';
  yield* lines;
}

describe('what k6 measured', () => {
  it('is its durations after the warm-up, its failures and its drops', async () => {
    const read = await readCsv(
      rows(
        'http_req_duration,100,900.5,,',
        'http_req_failed,100,0.000000,,',
        'http_req_duration,101,800,,',
        'http_req_blocked,102,700,,',
        'http_req_duration,102,12.34,,',
        'http_req_failed,102,1.000000,,',
        'dropped_iterations,103,3.000000,,',
        'http_req_duration,103,20,,',
      ),
    );
    expect(read).toMatchObject({ failed: 1, dropped: 3 });
    expect([50, 100].map((p) => percentile(read.latencies, p))).toEqual([12.34, 20]);
  });
});
