import type { Check, Finding } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { Http } from './http.ts';
import type { Load } from './load.ts';
import type { CrashOptions } from './options.ts';
import type { Booked, Stored } from './sources.ts';
import { acknowledged } from './told.ts';

export interface CrashResult {
  readonly green: boolean;
  /** What did not hold, in words; empty when green. */
  readonly broken: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  readonly releases: readonly string[];
  readonly kills: number;
  readonly restarts: number;
  readonly failedStarts: number;
  readonly requests: number;
  /** By status and code, or the socket's error. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly retried: number;
  readonly replayed: number;
  /** Finished requests that were repeated at the end. */
  readonly repeated: number;
  readonly stored: { readonly orders: number; readonly payments: number; readonly refunds: number };
  /** Distinct keys of new orders that the retry clients brought to an end, and the orders that they have. */
  readonly retrying: { readonly keys: number; readonly orders: number };
  readonly captured: number;
  readonly reconciledAfterSeconds: number;
  readonly lost: number;
  readonly double: number;
  readonly unreconciled: number;
  readonly findings: readonly Finding[];
  /** The damage that was done on purpose, and whether it was found. */
  readonly planted?: { readonly check: Check; readonly row: string; readonly found: boolean };
}

type Asked = Pick<CrashOptions, 'profile' | 'crew' | 'seed'>;

interface Measured {
  readonly fleet: Pick<Fleet, 'kills' | 'restarts' | 'failedStarts' | 'deaths'>;
  readonly load: Pick<Load, 'told' | 'finished' | 'retried'> & {
    readonly http: Pick<Http, 'sent' | 'replayed' | 'outcomes'>;
  };
  readonly stored: Stored;
  readonly booked: Booked;
  readonly findings: readonly Finding[];
  readonly planted: { readonly check: Check; readonly row: string } | undefined;
  readonly reconciled: { readonly seconds: number };
}

const doubles: readonly Check[] = ['double-charge', 'second-order'];

/** What was measured, and whether all that has to hold does. */
export function resultOf(options: Asked, measured: Measured): CrashResult {
  const { fleet, load, stored, booked, findings, planted } = measured;
  const broken = brokenPromises(options, measured);
  const count = (belongs: (check: Check) => boolean) =>
    findings.filter(({ check }) => belongs(check)).length;
  return {
    green: broken.length === 0,
    broken,
    seed: options.seed,
    seconds: options.profile.seconds,
    releases: options.crew.releases,
    kills: fleet.kills,
    restarts: fleet.restarts,
    failedStarts: fleet.failedStarts,
    requests: load.http.sent,
    outcomes: Object.fromEntries([...load.http.outcomes].sort()),
    acknowledged: acknowledged(load.told),
    retried: load.retried,
    replayed: load.http.replayed,
    repeated: load.finished.length,
    stored: {
      orders: stored.orders.length,
      payments: stored.payments.length,
      refunds: stored.refunds.length,
    },
    retrying: retryingOf(measured),
    captured: booked.charges.filter(({ status }) => status === 'captured').length,
    reconciledAfterSeconds: Math.round(measured.reconciled.seconds * 10) / 10,
    lost: count((check) => check.startsWith('lost-')),
    double: count((check) => doubles.includes(check)),
    unreconciled: count((check) => check === 'unreconciled'),
    findings,
    ...(planted !== undefined && { planted: { ...planted, found: isFound(findings, planted) } }),
  };
}

function brokenPromises({ profile }: Asked, measured: Measured): string[] {
  const { fleet, findings, load } = measured;
  const { leastKills } = profile;
  const unexpected = load.http.outcomes.get('500 internal-error') ?? 0;
  const { told } = load;
  const { keys, orders } = retryingOf(measured);
  const promises: readonly (readonly [boolean, string])[] = [
    [fleet.kills >= leastKills, `${fleet.kills} kills, fewer than ${leastKills}`],
    [findings.length === 0, `${findings.length} rows do not add up`],
    [keys === orders, `retry clients finished ${keys} keys and have ${orders} orders`],
    [unexpected === 0, `${unexpected} answers that nobody expected (500)`],
    [fleet.deaths.length === 0, `replicas ended by themselves: ${fleet.deaths.join('; ')}`],
    [told.orders.length > 0 && told.refunds.length > 0, 'the load has done nothing'],
  ];
  return promises.filter(([held]) => !held).map(([, words]) => words);
}

function retryingOf({ load: { told }, stored }: Measured): CrashResult['retrying'] {
  const isRetrying = ({ customerId }: { customerId: string }) =>
    told.retryCustomers.has(customerId);
  const keys = new Set(told.orders.filter(isRetrying).map(({ key }) => key));
  return { keys: keys.size, orders: stored.orders.filter(isRetrying).length };
}

function isFound(all: readonly Finding[], planted: { check: Check; row: string }): boolean {
  return all.some(({ check, row }) => check === planted.check && row === planted.row);
}
