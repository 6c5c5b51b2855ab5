import { readdirSync, readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { problems } from './api-problems.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(root + file, 'utf8'));

/** What stands in the sources as a status beside a code, in either order, in classes and in tables. */
const pairs = [
  /status = (\d{3});\s+readonly code = '([\w-]+)'/g,
  /status: (\d{3}),\s+code: '([\w-]+)'/g,
];

/** The words that a class is told apart by in its constructor. */
function kindsIn(name: string): string[] {
  const source = sources.find((text) => text.includes(`class ${name} `)) ?? '';
  const [, kinds = ''] =
    /constructor\(kind: ([^,]+),/.exec(source.slice(source.indexOf(`class ${name} `))) ?? [];
  return [...kinds.matchAll(/'(\w+)'/g)].map(([, kind = '']) => kind);
}

it('knows every code that the service can throw, with its status, and no other', () => {
  const thrown = sources.flatMap((source) =>
    pairs.flatMap((pair) => [...source.matchAll(pair)].map(([, status, code]) => [code, status])),
  );
  const notFound = kindsIn('NotFoundProblem').map((kind) => [`${kind}-not-found`, '404']);
  const pending = kindsIn('StillPendingProblem').map((kind) => [`${kind}-pending`, '503']);
  // Node's parser refuses with these, and they are named by their status.
  const unread = [400, 408, 431].map((status) => [
    STATUS_CODES[status]?.toLowerCase().replaceAll(' ', '-'),
    String(status),
  ]);
  const table = Object.entries(problems).map(([code, { status }]) => [code, String(status)]);
  expect(Object.fromEntries(table)).toEqual(
    Object.fromEntries([...thrown, ...notFound, ...pending, ...unread]),
  );
});

it('docs/api.md lists the same codes beside their statuses', () => {
  const text = readFileSync(fileURLToPath(new URL('../docs/api.md', import.meta.url)), 'utf8');
  const rows = text.matchAll(/^\| (\d{3}(?:, \d{3})*) \| (.+) \|$/gm);
  const listed = [...rows].flatMap(([, statuses = '', codes = '']) =>
    [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => ({ statuses, code })),
  );
  expect(new Set(listed.map(({ code }) => code))).toEqual(new Set(Object.keys(problems)));
  for (const { statuses, code } of listed) expect(statuses).toContain(problems[code]?.status);
});
