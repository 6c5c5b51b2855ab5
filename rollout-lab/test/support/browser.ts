import { execFileSync } from 'node:child_process';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

function pathOfChromium(): string | null {
  try {
    return process.env.CHROMIUM ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

const executablePath = pathOfChromium();

/** With CI set, a browser that is missing is a failure and not a skip. */
export const noBrowser = executablePath === null && process.env.CI === undefined;

/** Its memory can be measured. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== null && { executablePath }),
    args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
  });
}

/** A tab of its own, which adds whatever it complains of. */
export async function openTab(
  browser: Browser,
  url: string,
  { complaints, ...options }: BrowserContextOptions & { readonly complaints: string[] },
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

/** Rules of WCAG 2.2 A and AA that a page breaks, with the elements. */
export async function violations(page: Page): Promise<string[]> {
  const found: unknown = await page.evaluate(
    `${axe.source};axe.run({runOnly:${JSON.stringify(rules)}})
      .then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target).join(', ')))`,
  );
  return found as string[];
}
