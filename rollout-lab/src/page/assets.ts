import { readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asset } from './page-server.ts';

const client = fileURLToPath(new URL('./client/', import.meta.url));
const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the files of a path lie; the names in it have no way out of their folder. */
const folders: readonly (readonly [prefix: RegExp, folder: string])[] = [
  [/^\/client\/(?<name>[a-z-]+\.(?:ts|css|svg))$/, client],
  [/^\/uplot\/(?<name>uPlot\.(?:esm\.js|min\.css))$/, join(uplot, 'dist')],
  [/^\/(?<name>)$/, client],
];

/** A file of the page by the path of its URL, null when there is none. TypeScript loses its types. */
export async function assetOf(path: string): Promise<Asset | null> {
  for (const [prefix, folder] of folders) {
    const name = prefix.exec(path)?.groups?.name;
    if (name === undefined) continue;
    return read(join(folder, name === '' ? 'index.html' : name));
  }
  return null;
}

async function read(file: string): Promise<Asset | null> {
  const contentType = types[extname(file)];
  const body = await readFile(file, 'utf8').catch(() => null);
  if (contentType === undefined || body === null) return null;
  return { contentType, body: file.endsWith('.ts') ? toJavaScript(body) : body };
}

/** A browser finds a package by its address only. */
function toJavaScript(source: string): string {
  return stripTypeScriptTypes(source).replace("from 'uplot'", "from '/uplot/uPlot.esm.js'");
}
