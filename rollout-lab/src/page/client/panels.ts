/// <reference lib="dom" />
import type { SchemaColumn } from '../../feed/events.ts';
import { releaseClass } from './colours.ts';
import { byId, el, replaceWhen, setText } from './dom.ts';
import { clock, count, figure } from './format.ts';
import type { PageState } from './state.ts';

/** Which share of the customers each release has. */
export function drawWeights({ weights, run }: PageState): void {
  const key = JSON.stringify([weights, run?.releases]);
  replaceWhen(byId('weights'), key, () =>
    Object.entries(weights).map(([release, weight]) => {
      const item = el(
        'li',
        { class: `weight ${releaseClass(run?.releases ?? [], release)}` },
        `${release} ${weight} %`,
      );
      item.style.flexGrow = String(Math.max(weight, 0.5));
      return item;
    }),
  );
}

/** The columns of the change: they appear, fill, are forbidden, and go. */
export function drawSchema({ schema }: PageState): void {
  setText(byId('schema-state'), schema === null ? 'not looked at yet' : schema.state);
  replaceWhen(byId('schema'), JSON.stringify(schema?.columns ?? []), () =>
    [...Map.groupBy(schema?.columns ?? [], (column) => column.table)].map(([table, columns]) =>
      el('li', { class: 'table' }, el('h3', {}, table), el('ul', {}, ...columns.map(columnItem))),
    ),
  );
}

const said = { there: '', forbidden: 'forbidden', gone: 'gone' } as const;

function columnItem({ column, shape, state, filled }: SchemaColumn): HTMLElement {
  const share = filled === null ? 0 : Math.round(100 * filled);
  const words = state === 'there' ? `${share} % filled` : said[state];
  const level = el('span', { class: 'level', 'aria-hidden': 'true' });
  level.style.width = `${state === 'gone' ? 0 : share}%`;
  return el(
    'li',
    { class: `column ${shape} ${state}` },
    level,
    el('span', { class: 'name' }, column),
    el('span', { class: 'note' }, `${shape}, ${words}`),
  );
}

/** Every replica that is up, with what it does. */
export function drawReplicas({ replicas, run }: PageState): void {
  const list = [...replicas];
  replaceWhen(byId('replicas'), JSON.stringify(list), () =>
    list.map(([id, { release, state, phase }]) =>
      el(
        'li',
        { class: `replica ${state}` },
        el('span', { class: `dot ${releaseClass(run?.releases ?? [], release)}` }),
        el('strong', {}, id),
        el('span', { class: 'note' }, phase === null ? state : `${state}, ${phase}`),
      ),
    ),
  );
}

/** What clients were told, what is stored, what was charged. */
export function drawLedger({ ledger, end }: PageState): void {
  const light = byId('ledger-light');
  if (ledger === null) {
    setText(light, 'not counted yet');
    return;
  }
  const { told, stored, charged } = ledger;
  setText(byId('ledger-told'), `${count(told.orders)} orders, ${count(told.payments)} payments`);
  setText(
    byId('ledger-stored'),
    `${count(stored.orders)} orders, ${count(stored.payments)} payments`,
  );
  setText(byId('ledger-charged'), `${count(charged)} charges`);
  const [text, tone] = lightOf(told, stored, charged, end);
  setText(light, text);
  light.className = `light ${tone}`;
}

function lightOf(
  told: { orders: number; payments: number },
  stored: { orders: number; payments: number },
  charged: number,
  end: PageState['end'],
): [text: string, tone: string] {
  if (end !== null && end.outcome !== 'interrupted') {
    const off = [
      [end.lost, 'lost'],
      [end.double, 'charged twice'],
      [end.mismatched, 'with another value'],
    ].filter(([n]) => Number(n) > 0);
    return off.length === 0
      ? ['✓ nothing lost, doubled or altered', 'good']
      : [`✗ ${off.map(([n, what]) => `${n} ${what}`).join(', ')}`, 'bad'];
  }
  const missing = told.orders > stored.orders || told.payments > charged;
  return missing
    ? ['… counting: the ledgers are read one after the other', 'waiting']
    : ['✓ everything told is stored and charged', 'good'];
}

/** The judge's figures of its last look. */
export function drawEvidence({ verdict }: PageState): void {
  const title = byId('verdict');
  if (verdict === null) {
    setText(title, 'has not looked yet');
    replaceWhen(byId('checks'), '', () => []);
    return;
  }
  const { final, verdict: said } = verdict;
  const by = said.decidedBy === undefined ? '' : `, ${said.decidedBy}`;
  setText(title, `${final ? said.verdict : 'watching'}: ${said.step}${by}`);
  title.className = final ? `verdict ${said.verdict === 'pass' ? 'good' : 'bad'}` : 'verdict';
  replaceWhen(byId('checks'), JSON.stringify(said.checks), () =>
    said.checks.map(({ name, verdict: found, canary, stable, limit, reason }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, name),
        el('td', { class: toneOf(found) }, found),
        el('td', {}, figure(name, canary)),
        el('td', {}, figure(name, stable)),
        el('td', {}, figure(name, limit)),
        el('td', { class: 'reason' }, reason),
      ),
    ),
  );
}

const toneOf = (found: string) => ({ pass: 'good', fail: 'bad' })[found] ?? 'waiting';

/** What happened, the newest first. */
export function drawLog({ log, beganAt }: PageState): void {
  const newest = log.slice(-120).reverse();
  replaceWhen(byId('log'), `${beganAt} ${log.length} ${newest[0]?.at} ${newest[0]?.text}`, () =>
    newest.map(({ at, text, tone }) =>
      el('li', { class: tone }, el('span', { class: 'when' }, clock(at - beganAt)), text),
    ),
  );
}

/** Which colour is which release. */
export function drawLegend({ run }: PageState): void {
  const releases = run?.releases ?? [];
  replaceWhen(byId('legend'), releases.join(), () =>
    releases.map((release) =>
      el('li', {}, el('span', { class: `dot ${releaseClass(releases, release)}` }), release),
    ),
  );
}
