import { changes } from '../../src/changes/changes.ts';
import { apiTests } from '../api/api-tests.ts';
import type { CellResult } from './cells.ts';
import type { Point } from './history.ts';

const preface = `# Compatibility

Every release on every state of the schema, in every phase that its code has. This file is written by \`test/compatibility.test.ts\`, which starts each release on a database that has come to the state by the real migrations, with an order that release 1.0 wrote; runs the ${apiTests.length} tests of the API on it (\`test/api/api-tests.ts\`); and fails when what comes out is not what stands here. \`npm test -- test/compatibility.test.ts -u\` writes it anew.

- **passes**: the release starts, and all of the API's tests pass in that phase.
- *phase*: the flags ask for the row's phase, the schema does not allow it there, and the release takes this one. All tests pass in it.
- too old, too new: the release refuses to start and says so.

The states are those of the change that is under way; the changes before it are contracted, those after it have not begun. Expanded means just expanded: no row is backfilled yet.
`;

/** docs/compatibility.md. */
export function compatibilityPage(
  points: readonly Point[],
  results: readonly CellResult[],
): string {
  const sections = changes.map(({ name }) => {
    const columns = points.filter((point) => point.change === name);
    return `## ${name}\n\n${tableOf(
      columns,
      results.filter((result) => columns.includes(result.point)),
    )}`;
  });
  return `${[preface, ...sections].join('\n')}`;
}

function tableOf(points: readonly Point[], results: readonly CellResult[]): string {
  const rows = new Map<string, string[]>();
  for (const result of results) {
    const key = `| ${result.release} | ${result.asked} |`;
    rows.set(key, [...(rows.get(key) ?? []), cellOf(result)]);
  }
  return [
    `| release | phase | ${points.map(({ state }) => state).join(' | ')} |`,
    `| --- | --- | ${points.map(() => '---').join(' | ')} |`,
    ...[...rows].map(([key, cells]) => `${key} ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

function cellOf({ asked, outcome }: CellResult): string {
  if (outcome.kind === 'refused') return outcome.why;
  if (outcome.failures.length > 0) return `FAILS ${outcome.failures.length} in ${outcome.phase}`;
  return outcome.phase === asked ? '**passes**' : `*${outcome.phase}*`;
}
