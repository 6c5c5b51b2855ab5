import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candidate } from '../src/candidates/candidate.ts';
import { healthy } from '../src/candidates/healthy.ts';
import { minorUnits } from '../src/changes/minor-units.ts';
import { replayDesk } from '../src/cli/replay.ts';
import { Runs } from '../src/cli/runs.ts';
import type { Thresholds } from '../src/judge/types.ts';
import { assetOf } from '../src/page/assets.ts';
import { type Page as Served, startPage } from '../src/page/page-server.ts';
import { readTimeline } from '../src/page/read-timeline.ts';
import { type Profile, profiles } from '../src/run/profile.ts';
import type { RunResult } from '../src/run/result.ts';
import { run } from '../src/run/run.ts';
import { canary } from '../src/strategies/canary.ts';
import { createWorld } from '../src/world/world.ts';
import { launch, noBrowser, openTab, violations } from './support/browser.ts';

/** Short, but no step ends by itself before somebody has pressed a button in it. */
const short: Profile = {
  ...profiles.quick,
  name: 'test',
  weights: [50, 100],
  baselineMs: 6_000,
  afterMs: 500,
  stepMs: 600_000,
  stepMsAt: {},
  longestStepMs: 600_000,
};

/** Other tests run beside this one, and a replica is killed on purpose: nothing of it says anything. */
const patient: Thresholds = {
  successRateMin: 0.9,
  p99MaxMs: 9_000,
  p99Ratio: 1.5,
  p99SlackMs: 9_000,
  latencyRatio: 1.5,
  latencySlackMs: 9_000,
  minRequests: 20,
  alpha: 0.01,
  mismatchesMax: 0,
  dropsMax: 1_000,
};

const firstRelease: Candidate = { ...healthy, upTo: 'expand' };
const silent = { line() {}, step() {}, live() {}, close() {} };
/** To be sure that something never comes; on a busy machine a run takes its time to begin. */
const patience = 120_000;

let browser: Browser;
let served: Served;
let folder: string;
let complaints: string[];
const ended = new AbortController();
/** Of the runs that were started from the page. */
const results: Promise<RunResult>[] = [];

const runs = new Runs(async (_order, ends) => {
  const result = run({
    strategy: canary,
    candidate: firstRelease,
    change: minorUnits,
    plant: null,
    profile: short,
    thresholds: patient,
    rate: 60,
    seedOrders: 2_000,
    customers: 100,
    replicas: 2,
    createWorld,
    seed: 'test',
    port: 0,
    goBackBy: 'flag',
    costPerHour: 300_000,
    display: silent,
    signal: ended.signal,
    ...ends,
  });
  results.push(result);
  await Promise.allSettled([result]);
});

/** For the README: with SCREENSHOTS set to a folder, the states of the page are kept there. */
async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS === undefined) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: join(SCREENSHOTS, `page-${name}.png`) });
}

const logged = (page: Page, text: string) =>
  page.waitForSelector(`#log li:has-text("${text}")`, { timeout: patience });

const shows = (page: Page, selector: string, text: string) =>
  page.waitForSelector(`${selector}:has-text("${text}")`, { timeout: patience });

/** Presses a button and waits until the lab has done as it was told. */
async function press(page: Page, button: string): Promise<void> {
  await page.click(`${button}:enabled`, { timeout: patience });
  await shows(page, '#told', 'Done.');
}

async function start(page: Page): Promise<void> {
  await page.waitForSelector('#start fieldset:enabled', { timeout: patience });
  await page.selectOption('#strategy', 'canary');
  await page.selectOption('#candidate', 'healthy');
  await press(page, '#start button');
}

describe.skipIf(noBrowser)('a run on its page', { timeout: 300_000 }, () => {
  let tab: Page;
  let dark: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scaleretail-page-test-'));
    complaints = [];
    browser = await launch();
    served = await startPage({ port: 0, assetOf, desk: runs.desk });
    runs.onStart((feed) => served.show(feed));
    const viewport = { width: 1_440, height: 1_000 };
    tab = await openTab(browser, served.url, { complaints, viewport });
    dark = await openTab(browser, served.url, { complaints, viewport, colorScheme: 'dark' });
  });

  afterAll(async () => {
    ended.abort();
    await Promise.allSettled(results);
    await browser?.close();
    await served?.close();
    rmSync(folder, { recursive: true });
  });

  it('is started there, taken part in from two tabs, and shown to its end', async () => {
    await start(tab);
    for (const page of [tab, dark]) await shows(page, '#run-name', 'canary · healthy');
    await dark.waitForSelector('#figure-rate:not(:text-is("–"))', { timeout: patience });
    await dark.selectOption('#replica', 'r1-1.0');
    await press(dark, '#kill-form button');
    await logged(tab, 'replica r1-1.0 killed');
    await logged(tab, 'takes the place of a replica that was killed');
    await shows(tab, '#verdict', 'watching: 1.0 → 2.0 at 50 %');
    await press(tab, '[data-do=pause]');
    await tab.selectOption('#flag', 'release.new-behaviour');
    await tab.fill('input[name=rollout]', '25');
    await press(tab, '#flag-form button');
    await logged(dark, 'flag release.new-behaviour on for 25 %');
    await dark.fill('input[name=seconds]', '1');
    await press(dark, '#stall-form button');
    await logged(tab, 'the database stands still for 1 s');
    expect(await violations(tab)).toEqual([]);
    await picture(tab, 'live-light');
    await picture(dark, 'live-dark');
    await fitsPhone();
    await shows(tab, '#verdict', 'watching: 1.0 → 2.0 at 50 %');
    await press(tab, '[data-do=promote]');
    await logged(dark, 'judge: pass (1.0 → 2.0 at 50 %)');
    await shows(dark, '#verdict', 'watching: 1.0 → 2.0 at 100 %');
    await press(dark, '[data-do=promote]');
    for (const page of [tab, dark]) await shows(page, '#run-step', 'released');
    expect(await violations(dark)).toEqual([]);
    const result = await results[0];
    expect(result).toMatchObject({ outcome: 'released', lostOrders: 0, doubleCharges: 0 });
    const byHand = { verdict: 'pass', decidedBy: 'promoted by hand' };
    expect(result?.verdicts).toMatchObject([byHand, byHand]);
    // What the killed replica had in flight is stored and charged, and nobody was told.
    const counted = result?.timeline.findLast((event) => event.type === 'ledger');
    expect(counted?.stored.orders).toBeGreaterThanOrEqual(counted?.told.orders ?? Infinity);
    expect(counted?.charged).toBeGreaterThanOrEqual(counted?.told.payments ?? Infinity);
    expect(complaints).toEqual([]);
  });

  /** With the real texts, which are longer than those that a test makes up. */
  async function fitsPhone(): Promise<void> {
    const viewport = { width: 360, height: 740 };
    const phone = await openTab(browser, served.url, { complaints, viewport });
    await shows(phone, '#verdict', 'watching');
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await picture(phone, 'live-phone');
    await phone.context().close();
  }

  it('is aborted there, and the page says so', async () => {
    await start(dark);
    await shows(tab, '#verdict', 'watching: 1.0 → 2.0 at 50 %');
    await press(tab, '[data-do=abort]');
    for (const page of [tab, dark]) await shows(page, '#run-step', 'Red: rolled-back');
    await picture(tab, 'aborted');
    expect((await results[1])?.verdicts).toMatchObject([{ decidedBy: 'aborted by hand' }]);
    expect(complaints).toEqual([]);
  });

  it('stays on the page when the lab has ended', async () => {
    const before = await tab.textContent('#log');
    await served.close();
    await tab.waitForSelector('#lost', { state: 'visible', timeout: patience });
    expect(await tab.textContent('#log')).toBe(before);
    expect(await tab.textContent('#run-step')).toContain('Red: rolled-back');
  });

  it('is played again from its result, and comes to the same end', async () => {
    const result = await results[0];
    writeFileSync(join(folder, 'result.json'), JSON.stringify(result));
    served = await startPage({
      port: 0,
      assetOf,
      desk: replayDesk,
      replay: readTimeline(folder),
    });
    const own: string[] = [];
    const page = await openTab(browser, `${served.url}/?replay`, { complaints: own });
    const position = page.locator('#replay-position');
    const length = Number(await position.getAttribute('max'));
    await position.fill(String(Math.round(length / 2)));
    await shows(page, '#run-name', 'canary · healthy');
    await picture(page, 'replay');
    await position.fill(String(length));
    await shows(page, '#run-step', 'released');
    const requests = result?.timeline.findLast((event) => event.type === 'second')?.totals.requests;
    expect(await page.textContent('#figure-requests')).toBe(requests?.toLocaleString('en'));
    expect(await violations(page)).toEqual([]);
    expect(own).toEqual([]);
  });
});
