import { lookup } from 'node:dns/promises';
import { get as getHttp, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

/** What one process answered, or why it did not. */
export interface Scrape {
  /** The URL and the address behind it, by which a process is known from scrape to scrape. */
  readonly target: string;
  readonly text: string | null;
  readonly failure: string | null;
}

/** Longer than a process that is merely busy takes for its metrics. */
const timeoutMs = 1_000;

/**
 * Fetches metrics from every address that the URLs' host names have: a headless Service of
 * Kubernetes has one for each pod. Addresses are looked up anew each time, as pods come and go.
 * Never throws: whoever does not answer says so in its row.
 */
export async function scrapeAll(urls: readonly string[]): Promise<Scrape[]> {
  const each = await Promise.all(urls.map((url) => scrapeUrl(new URL(url))));
  return each.flat();
}

async function scrapeUrl(url: URL): Promise<Scrape[]> {
  try {
    const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true });
    return await Promise.all(addresses.map((at) => scrapeAddress(url, at)));
  } catch (error) {
    return [failed(url.href, error)];
  }
}

async function scrapeAddress(url: URL, at: { address: string; family: number }): Promise<Scrape> {
  const target = `${url.href} (${at.address})`;
  try {
    return { target, text: await fetchFrom(url, at), failure: null };
  } catch (error) {
    return failed(target, error);
  }
}

function failed(target: string, error: unknown): Scrape {
  return { target, text: null, failure: error instanceof Error ? error.message : String(error) };
}

// Not `fetch`: the name of the URL has to stay in the Host header and in TLS while the address is
// the one that is asked.
function fetchFrom(url: URL, { address, family }: { address: string; family: number }) {
  const chosen: LookupFunction = (_name, _options, found) => found(null, address, family);
  const options: RequestOptions = {
    agent: false,
    lookup: chosen,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return new Promise<string>((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp;
    get(url, { ...options, autoSelectFamily: false } as RequestOptions, (response) => {
      const body = text(response);
      body.then((answer) => {
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`answered ${response.statusCode}`));
      }, reject);
    }).once('error', reject);
  });
}
