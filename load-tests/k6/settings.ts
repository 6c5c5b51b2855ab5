import { SharedArray } from 'k6/data';
import type { Customer } from '../companion.ts';
import type { Baseline, Thresholds } from './limits.ts';

/**
 * What a script is told, by the environment:
 *
 *   SHOP_URL        the shop                          RATE      requests a second
 *   CUSTOMERS_FILE  [{ "id", "token" }]               DURATION  seconds
 *   PHASES          what x-rollout-phase may say, by comma; without it there is one
 *   RELEASES        what x-release may say, by comma
 *   BASELINE_FILE   summary.json of the script `baseline`: limits that depend on it are kept as well
 *   SUMMARY_DIR     where summary.json and summary.html go, if anywhere
 */
export const shop = __ENV.SHOP_URL || 'http://127.0.0.1:8080';
export const rate = numberOf('RATE', 40);
export const seconds = numberOf('DURATION', 60);
export const summaryDir = __ENV.SUMMARY_DIR || '';
/** The first one stands for what the shop's answers do not name. */
export const phases = listOf('PHASES', ['steady']);
export const releases = listOf('RELEASES', ['1.0', '2.0', '3.0', '4.0']);

export const thresholds: Thresholds = JSON.parse(open('../thresholds.json'));

export const baseline: Baseline | null = __ENV.BASELINE_FILE
  ? JSON.parse(open(__ENV.BASELINE_FILE))
  : null;

export const customers: readonly Customer[] = new SharedArray('customers', () => {
  const { CUSTOMERS_FILE: file } = __ENV;
  if (!file) throw new Error('CUSTOMERS_FILE is not set: a file with [{ "id", "token" }]');
  const read: Customer[] = JSON.parse(open(file));
  if (read.length === 0) throw new Error(`CUSTOMERS_FILE, ${file}, names no customer`);
  return read;
});

function numberOf(name: string, otherwise: number): number {
  const text = __ENV[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${name} is "${text}": must be a number above 0`);
}

function listOf(name: string, otherwise: string[]): string[] {
  const text = __ENV[name];
  return text ? text.split(',') : otherwise;
}
