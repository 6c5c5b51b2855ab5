import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { minorUnits } from '../src/changes/minor-units/change.ts';
import { buildGateServer, type GateServerDeps } from '../src/cli/gate-server/app.ts';
import { exitCodes } from '../src/platform/process/exit.ts';
import { askGateOf, gateNames } from '../src/schema-change/gate/gates.ts';
import { databaseFor } from './support/database.ts';
import { options, readyToContract } from './support/gate.ts';
import { schema, startSchema } from './support/schema-command.ts';
import { until } from './support/wait.ts';

const token = 'a-token-of-twenty-four-characters';

function serverWith(deps: Partial<GateServerDeps> & Pick<GateServerDeps, 'ask'>) {
  const log = pino({ level: 'silent' });
  const app = buildGateServer({ token: undefined, limitMs: 20_000, log, ...deps });
  onTestFinished(() => app.close());
  return app;
}

/** A server in front of a database in which everything speaks for contract. */
async function ready(deps: Partial<GateServerDeps> = {}) {
  const database = await readyToContract();
  const ask: GateServerDeps['ask'] = (gate) => askGateOf(gate, database.pool, minorUnits, options);
  return { database, app: serverWith({ ask, ...deps }) };
}

/** What Flagger's controller sends: JSON with the canary that it is about. */
const flagger = {
  method: 'POST',
  url: '/gates/contract',
  headers: { 'content-type': 'application/json' },
  payload: JSON.stringify({
    name: 'scaleretail',
    namespace: 'shop',
    phase: 'Progressing',
    checksum: '85d557f47b',
    metadata: { cmd: 'anything' },
  }),
} as const;

describe('the gates over HTTP', () => {
  it('answer a web metric with 200 and the report, whatever it says', async () => {
    const { app, database } = await ready();
    const yes = await app.inject('/gates/contract');
    expect(yes.statusCode).toBe(200);
    expect(yes.json()).toMatchObject({ gate: 'contract', change: 'minor-units', passed: true });
    await database.pool.query('DELETE FROM brownouts');
    const no = await app.inject('/gates/contract');
    expect(no.statusCode).toBe(200);
    expect(no.json()).toMatchObject({ passed: false });
  });

  it('answer a webhook by the status, with the report', async () => {
    const { app, database } = await ready();
    expect((await app.inject(flagger)).statusCode).toBe(200);
    await database.pool.query('DELETE FROM brownouts');
    const refused = await app.inject(flagger);
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({ passed: false });
    // No body at all, and one that is none.
    expect((await app.inject({ ...flagger, payload: '', headers: {} })).statusCode).toBe(403);
    expect((await app.inject({ ...flagger, payload: '{' })).statusCode).toBe(403);
  });

  it('are listed, counted and known by name', async () => {
    const { app } = await ready();
    const { gates } = (await app.inject('/gates')).json();
    expect(gates.map(({ gate }: { gate: string }) => gate)).toEqual(gateNames);
    await app.inject('/gates/contract');
    const metrics = (await app.inject('/metrics')).body;
    expect(metrics).toContain('schema_gate_passed{change="minor-units",gate="contract"} 1');
    expect(metrics).toContain(
      'schema_gate_check_passed{change="minor-units",gate="contract",check="brownout"} 1',
    );
    expect(metrics).toMatch(/schema_gate_evaluated_timestamp_seconds\{.*\} \d+/);
    const unknown = await app.inject('/gates/trap');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.headers['content-type']).toContain('application/problem+json');
    expect((await app.inject('/livez')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });

  it('say neither yes nor no without a database', async () => {
    const app = serverWith({
      ask: async () => {
        throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      },
    });
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.inject({ method, url: '/gates/contract' });
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ code: 'temporarily-unavailable', status: 503 });
      expect(answer.headers['retry-after']).toBe('5');
    }
  });

  it('say so when the checks take longer than a client waits', async () => {
    const app = serverWith({ ask: () => new Promise(() => {}), limitMs: 1 });
    const answer = await app.inject('/gates/contract');
    expect(answer.statusCode).toBe(503);
    expect(answer.json().detail).toContain('ask again');
  });
});

describe('the token', () => {
  const basic = (password: string) => `Basic ${Buffer.from(`gate:${password}`).toString('base64')}`;

  it.each([
    ['none', undefined, 401],
    ['another one', `Bearer ${token}x`, 401],
    ['the right one', `Bearer ${token}`, 200],
    ['the right one as a password', basic(token), 200],
    ['another one as a password', basic('x'), 401],
  ])('%s', async (_what, authorization, status) => {
    const { app } = await ready({ token });
    const headers = authorization === undefined ? {} : { authorization };
    for (const url of ['/gates', '/gates/contract']) {
      expect((await app.inject({ url, headers })).statusCode).toBe(status);
    }
    expect((await app.inject('/metrics')).statusCode).toBe(200);
  });
});

describe('schema serve', () => {
  it('listens, answers, and ends by itself when it is told to', async () => {
    const database = await databaseFor('relaxed');
    const child = startSchema(database.url, 'serve', '--port', '0');
    let told = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    await until(() => told.includes('/gates'), 'it listens', 30_000);
    const [, url = ''] = /(http:\S+)/.exec(told) ?? [];
    const answer = await fetch(`${url}/contract`);
    expect(await answer.json()).toMatchObject({ gate: 'contract', passed: false });
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
  });

  it('does not let others ask without a token', async () => {
    const database = await databaseFor('relaxed');
    const refused = await schema(database.url, 'serve', '--host', '0.0.0.0', '--port', '0');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('GATE_TOKEN is not set');
  });
});

describe('docs/gate.md', () => {
  const text = readFileSync(fileURLToPath(new URL('../docs/gate.md', import.meta.url)), 'utf8');
  const snippets = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

  it('names gates that there are, and fields that a report has', async () => {
    expect(snippets).toHaveLength(3);
    const { app } = await ready();
    const named = snippets.flatMap((yaml) => [...yaml.matchAll(/:9090(\/\S+?)["'\s]/g)]);
    expect(named.length).toBeGreaterThanOrEqual(2);
    for (const [, path = ''] of named) expect((await app.inject(path)).statusCode).toBe(200);
    const report = (await app.inject('/gates/contract')).json();
    for (const [, field = ''] of text.matchAll(/jsonPath: "\{\$\.(\w+)\}"/g)) {
      expect(report).toHaveProperty(field);
    }
  });

  it('has YAML that says what it seems to say', () => {
    const [job, analysis, canary] = snippets.map((yaml) => parse(yaml));
    expect(job.spec.podFailurePolicy.rules[0]).toMatchObject({
      action: 'FailJob',
      onExitCodes: { values: expect.arrayContaining([exitCodes.refused]) },
    });
    expect(job.spec.template.spec.containers[0].command).toContain('gate');
    expect(analysis.spec.metrics[0].provider.web.jsonPath).toBe('{$.passed}');
    expect(canary.spec.analysis.webhooks[0]).toMatchObject({ type: 'confirm-promotion' });
  });
});
