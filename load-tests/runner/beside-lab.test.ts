import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { besideLab, LabEndedError } from './beside-lab.ts';
import type { runLab } from './lab.ts';

/** Stands for k6: sums a baseline up at once, and sends during a rollout until it is told to stop. */
const k6 = `#!/bin/sh
for word; do
  [ "$previous" = --console-output ] && told=$word
  previous=$word
done
sum() { echo '{"journeys":1,"passed":true}' >"$SUMMARY_DIR/summary.json"; exit "$1"; }
case $previous in *baseline.ts) sum 0 ;; esac
trap 'sum 105' INT
echo $$ >"$SUMMARY_DIR/pid"
echo '{"kind":"order"}' >>"$told"
while :; do sleep 0.05; done
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scaleretail-beside-'));
  writeFileSync(join(folder, 'k6'), k6, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => rmSync(join(folder, 'pid')));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const shop = {
  type: 'open',
  url: 'http://127.0.0.1:1',
  customers: [],
  phases: [],
  releases: [],
} as const;

function besides(lab: typeof runLab, signal = new AbortController().signal) {
  const rates = { rate: 1, labRate: 1, seconds: 1 };
  const what = { scenario: 'rollout', strategy: 'canary', candidate: 'slow' } as const;
  return besideLab({ ...what, ...rates, folder, say: () => {}, signal }, lab);
}

const isThere = (): boolean => {
  try {
    return process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 0);
  } catch {
    return false;
  }
};

it('a lab that ends before its time leaves no k6 that goes on sending', async () => {
  let sent = false;
  const outcome = besides(async (_, beside) => {
    await beside.open(shop);
    sent = isThere();
    return 1;
  });
  await expect(outcome).rejects.toThrow(LabEndedError);
  expect([sent, isThere()]).toEqual([true, false]);
});

it('neither does a run that somebody interrupts', async () => {
  const interrupted = new AbortController();
  const outcome = besides(async (_, beside) => {
    await beside.open(shop);
    interrupted.abort(new Error('stopped'));
    // The lab's router does not end before nobody sends any more.
    await expect.poll(isThere).toBe(false);
    return 143;
  }, interrupted.signal);
  await expect(outcome).rejects.toThrow('stopped');
  expect(isThere()).toBe(false);
});
