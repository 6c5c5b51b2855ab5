import { Side } from '../aa/side.ts';
import { minorUnits } from '../changes/minor-units.ts';
import { Feed } from '../feed/feed.ts';
import { FIXED } from '../judge/fixed-thresholds.ts';
import type { Verdict } from '../judge/types.ts';
import type { Arm, Group } from '../metrics/types.ts';
import type { Pool } from '../router/types.ts';
import type { RunContext } from '../run/context.ts';
import { Control } from '../run/control.ts';
import type { FlagSetting } from '../run/flags.ts';
import { type Profile, profiles } from '../run/profile.ts';
import { Story } from '../run/story.ts';
import type { Replica } from '../world/fleet.ts';

/** Every wait as short as it can be. */
const hasty: Profile = {
  ...profiles.quick,
  stepMs: 2,
  stepMsAt: {},
  longestStepMs: 40,
  holdDownMs: 4,
  lookMs: 1,
  flagsPollMs: 0,
  heartbeatMs: 0,
};

const silent = { line() {}, step() {}, live() {}, close() {} };

export interface FakeRun {
  readonly context: RunContext;
  /** What was done to the shop, in its order. */
  readonly done: string[];
  /** How many replicas were up whenever one came or went. */
  readonly counts: number[];
  readonly verdicts: Verdict[];
}

/**
 * A run without processes: replicas are names, and each release answers as `failing` says, which is
 * its share of failed requests.
 */
export function fakeRun(
  failing: Readonly<Record<string, number>>,
  url = 'http://nowhere',
): FakeRun {
  const done: string[] = [];
  const counts: number[] = [];
  const verdicts: Verdict[] = [];
  const story = new Story(silent, new Feed());
  const fleet = fakeFleet(done, counts, url);
  const router = fakeRouter(done);
  const context = {
    change: minorUnits,
    profile: hasty,
    thresholds: FIXED,
    replicas: 4,
    goBackBy: 'flag',
    fleet,
    router,
    flags: fakeFlags(done),
    recorder: fakeRecorder(failing),
    story,
    control: new Control(),
    guest: { id: 'guest', token: 't' },
    skus: ['mug'],
    signal: new AbortController().signal,
    mismatches: async () => 0,
    onSwitch: () => {},
    onVerdict: (verdict: Verdict) => void verdicts.push(verdict),
  };
  return { context: context as unknown as RunContext, done, counts, verdicts };
}

function fakeFleet(done: string[], counts: number[], url: string) {
  let running: Replica[] = [1, 2, 3, 4].map((n) => ({ id: `old${n}`, release: '1.0', url }));
  let started = 0;
  return {
    replicas: (release?: string) =>
      running.filter((r) => release === undefined || r.release === release),
    async start(release: string) {
      started += 1;
      running.push({ id: `new${started}`, release, url });
      done.push(`start ${release}`);
      counts.push(running.length);
    },
    async stop(id: string) {
      const { release } = running.find((r) => r.id === id) ?? {};
      running = running.filter((r) => r.id !== id);
      done.push(`stop ${release}`);
      counts.push(running.length);
    },
  };
}

function fakeRouter(done: string[]) {
  let pools: readonly Pool[] = [];
  return {
    set(next: readonly Pool[]) {
      pools = next;
      done.push(`weights ${next.map((p) => `${p.release}=${p.weight}`).join(' ')}`);
    },
    stats: () => ({
      replicas: pools.flatMap((p) => p.replicas.map((r) => ({ ...r, ready: true }))),
    }),
  };
}

function fakeFlags(done: string[]) {
  return {
    set(name: string, { enabled }: FlagSetting) {
      done.push(`flag ${name} ${enabled ? 'on' : 'off'}`);
      return { name, enabled, rollout: 100 };
    },
    get: () => [],
    settleMs: 0,
  };
}

/** Always the same answers: what is judged is not the point here. */
function fakeRecorder(failing: Readonly<Record<string, number>>) {
  const requests = 400;
  return {
    drops: () => 0,
    arm: ({ release }: Group): Arm => {
      const arm = new Side();
      const failed = requests * (failing[release] ?? 0);
      arm.add({ at: 1, failed, latencies: Array.from({ length: requests }, () => 5) });
      return arm;
    },
  };
}
