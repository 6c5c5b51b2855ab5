import { type Overview, overviewOf } from '../schema-change/overview.ts';
import { type Common, changeOf, type Work } from './session.ts';

export const status: Work<Common> = async ({ pool, output }, flags) => {
  const view = await overviewOf(pool, await changeOf(pool, flags));
  output.result(view, overviewLines(view));
  return 0;
};

function overviewLines(view: Overview): string[] {
  const last = view.lastVerification;
  return [
    `change     ${view.change}`,
    `schema     ${view.state}`,
    `may run    ${view.mayRun.join(', ') || 'nothing yet'}`,
    `instances  ${view.instances.map((i) => `${i.id} (${i.release}, ${i.phase})`).join(', ') || 'none alive'}`,
    `backfill   ${view.backfill.map((t) => `${t.table} ${t.rowsDone}/${t.rowsTotal}${t.finished ? ' done' : ''}`).join(', ') || 'not begun'}`,
    `verified   ${last === null ? 'never' : `${last.startedAt.toISOString()}, ${last.rowsChecked} rows, ${last.mismatches} mismatches`}`,
    `brownout   ${view.brownout ?? 'none'}`,
    `next       ${view.nextStep}`,
  ];
}
