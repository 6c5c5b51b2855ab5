import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FeedEntry } from '../src/feed/events.ts';
import { Feed } from '../src/feed/feed.ts';
import { assetOf } from '../src/page/assets.ts';
import type { PageOrder } from '../src/page/orders.ts';
import { type Page as Served, startPage } from '../src/page/page-server.ts';
import { launch, noBrowser, openTab, violations } from './support/browser.ts';
import { fakeEnd, fakeRun, fakeSecond, fakeStart } from './support/fake-feed.ts';

let browser: Browser;
let served: Served;
let feed: Feed;
let orders: PageOrder[];
/** Whatever the pages of a test complained of. */
let complaints: string[];

function serve(port = 0): Promise<Served> {
  return startPage({
    port,
    assetOf,
    desk: {
      choices: () => ({
        strategies: [{ name: 'canary', what: 'step by step' }],
        candidates: [{ name: 'healthy', wrong: 'nothing' }],
        changes: [{ name: 'minor-units' }],
        flags: ['orders.read-new'],
        running: true,
        mayStart: true,
        replay: false,
      }),
      carryOut: async (order) => void orders.push(order),
    },
  });
}

const open = (options: BrowserContextOptions = {}): Promise<Page> =>
  openTab(browser, served.url, { complaints, ...options });

const emit = (...entries: readonly FeedEntry[]) => {
  for (const entry of entries) feed.emit(entry);
};

describe.skipIf(noBrowser)('the page in a browser', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    complaints = [];
    orders = [];
    feed = new Feed();
    served = await serve();
    served.show(feed);
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await served.close();
  });

  it.each([
    ['light', 1920],
    ['dark', 1920],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    'has nothing for axe to complain of, %s at %i px, from start to end',
    async (colorScheme, width) => {
      const page = await open({ colorScheme, viewport: { width, height: 900 } });
      await page.waitForSelector('text=No run yet');
      expect(await violations(page)).toEqual([]);
      emit(...fakeStart, ...fakeRun(30));
      await page.waitForSelector('#log li');
      await page.waitForSelector('#checks tr');
      expect(await violations(page)).toEqual([]);
      emit(fakeEnd(['2 lost']));
      await page.waitForSelector('text=Red: rolled-back');
      expect(await violations(page)).toEqual([]);
      const wider = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(wider).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it('is looked at by rules that do find something', async () => {
    const page = await open();
    await page.waitForSelector('text=No run yet');
    await page.evaluate("document.getElementById('grid').removeAttribute('aria-label')");
    expect(await violations(page)).toEqual([expect.stringContaining('#grid')]);
  });

  it('tells each tab the same, whenever it was opened', async () => {
    const first = await open();
    emit(...fakeStart, ...fakeRun(5));
    await first.waitForSelector('#figure-requests:text-is("1,000")');
    const second = await open();
    emit(fakeSecond(6));
    for (const page of [first, second]) {
      await page.waitForSelector('#figure-requests:text-is("1,200")');
      expect(await page.textContent('#run-name')).toBe('canary · failing');
    }
    expect(complaints).toEqual([]);
  });

  it('says that the server is gone, and goes on without a gap or a double when it is back', async () => {
    const page = await open();
    emit(...fakeStart, ...fakeRun(2), { type: 'say', text: 'before' });
    await page.waitForSelector('#log >> text=before');
    const port = Number(new URL(served.url).port);
    await served.close();
    await page.waitForSelector('#lost:not([hidden])');
    emit({ type: 'say', text: 'meanwhile' });
    served = await serve(port);
    served.show(feed);
    await page.waitForSelector('#lost', { state: 'hidden' });
    emit({ type: 'say', text: 'after' });
    await page.waitForSelector('#log >> text=after');
    for (const text of ['before', 'meanwhile', 'after']) {
      expect(await page.locator(`#log li:has-text("${text}")`).count()).toBe(1);
    }
  });

  it('is worked by the keyboard alone', async () => {
    const page = await open();
    emit(...fakeStart, ...fakeRun(3));
    await page.waitForSelector('fieldset.of-run:enabled');
    await page.focus('button[data-do=pause]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#told:has-text("Done")');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.dataset.do')).toBe('resume');
    await page.selectOption('#flag', 'orders.read-new');
    await page.fill('input[name=rollout]', '25');
    await page.press('input[name=rollout]', 'Enter');
    await expect.poll(() => orders).toHaveLength(2);
    expect(orders).toEqual([
      { do: 'pause' },
      { do: 'flag', name: 'orders.read-new', enabled: true, rollout: 25 },
    ]);
  });

  it('holds no more memory after half an hour of a run than after some minutes', async () => {
    const { heap, nodes } = await growthOf(await open());
    expect(nodes).toBeLessThanOrEqual(200);
    // What the chart keeps of each second, up to half an hour, and no more.
    expect(heap).toBeLessThan(allowedGrowth);
  });

  it('would be seen to keep every answer', async () => {
    const page = await open();
    await page.evaluate(keepEverything);
    expect((await growthOf(page)).heap).toBeGreaterThan(allowedGrowth);
  });
});

const allowedGrowth = 1024 * 1024;

/** A leak, planted into a page: it never lets go of what it was told. */
const keepEverything = `
  globalThis.kept = [];
  const parse = JSON.parse;
  JSON.parse = (text) => {
    const value = parse(text);
    globalThis.kept.push(value);
    return value;
  };
`;

/** By how much a page has grown between five minutes of a run and half an hour of it; bytes, nodes. */
async function growthOf(page: Page): Promise<{ heap: number; nodes: number }> {
  emit(...fakeStart);
  const sizeAfter = async (from: number, to: number) => {
    for (let n = from; n < to; n += 1) emit(...fakeRun(1, n));
    const requests = (200 * to).toLocaleString('en');
    await page.waitForSelector(`#figure-requests:text-is("${requests}")`);
    // Drawn once more, so that nothing waits to be drawn.
    await page.evaluate('new Promise((done) => requestAnimationFrame(done)).then(() => gc())');
    return {
      heap: await page.evaluate<number>('performance.memory.usedJSHeapSize'),
      nodes: await page.evaluate<number>("document.querySelectorAll('*').length"),
    };
  };
  const early = await sizeAfter(0, 300);
  const late = await sizeAfter(300, 1_800);
  return { heap: late.heap - early.heap, nodes: late.nodes - early.nodes };
}
