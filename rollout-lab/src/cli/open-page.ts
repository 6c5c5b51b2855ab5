import { assetOf } from '../page/assets.ts';
import { type Page, type PageOptions, startPage } from '../page/page-server.ts';
import { openBrowser } from './open-browser.ts';
import type { PageFlags } from './page-options.ts';

/**
 * Serves the live page and tells where.
 *
 * @throws {PagePortTakenError}
 */
export async function openPage(
  flags: PageFlags,
  shown: Pick<PageOptions, 'desk' | 'replay'>,
  tell: (sentence: string) => void,
): Promise<Page> {
  const page = await startPage({ port: flags.pagePort, host: flags.pageHost, assetOf, ...shown });
  // By this the page knows that nothing comes, and what is there is to be played.
  const url = shown.replay === undefined ? page.url : `${page.url}/?replay`;
  tell(`live page: ${url}`);
  if (flags.open) openBrowser(url, tell);
  return page;
}
