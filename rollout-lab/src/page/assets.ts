import type { Asset } from './page-server.ts';

/** Until the page itself is there. */
const stub = `<!doctype html><html lang="en"><title>Rollout lab</title><main><h1>Rollout lab</h1></main></html>`;

export function assetOf(path: string): Asset | null {
  return path === '/' ? { contentType: 'text/html; charset=utf-8', body: stub } : null;
}
