import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { measureBackfill } from './backfill/main.ts';
import type { BackfillFlags } from './backfill/options.ts';
import { describeEnvironment, readEnvironment } from './environment.ts';
import { Interrupted, interruption } from './interrupt.ts';
import { trendOf, watchMemory } from './memory.ts';
import { type BenchFlags, buildProgram, type MemoryFlags } from './options.ts';
import { figuresTable, goalsTable, memoryTable } from './report.ts';
import { judge } from './results.ts';
import { run } from './run.ts';
import { ProcessFailedError } from './world/processes.ts';
import { AnswersDifferError } from './world/same-answers.ts';
import { createWorld, type World, type WorldOptions } from './world/world.ts';

/** Progress goes to standard error, so that `--json -` leaves only JSON on standard output. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function compare(flags: BenchFlags): Promise<void> {
  const { rounds, seconds, connections, only } = flags;
  const shop = { customers: flags.customers, products: flags.products, orders: flags.orders };
  const nodeOptions = await profiling(flags.profile);
  await inWorld({ shop, poolSize: flags.pool, nodeOptions, say }, async (world) => {
    const environment = await readEnvironment(world.db);
    const timing = { connections, warmupSeconds: flags.warmup, seconds };
    const { rows, missing, measurements } = await run(world, {
      ...timing,
      rounds,
      shop,
      scenarios: only,
      say,
    });
    const goals = judge(rows);
    const options = { rounds, ...timing, poolSize: flags.pool, ...shop };
    const text = [
      describeEnvironment(environment),
      `${rounds} rounds of ${seconds} s after ${flags.warmup} s of warm-up, ${connections} connections, ${flags.pool} to the database, ${shop.orders} orders`,
      '',
      figuresTable(rows, missing),
      '',
      goalsTable(goals),
    ];
    await report(flags.json, text, { environment, options, rows, goals, missing, measurements });
    const failed = rows.some((row) => row.failed > 0);
    const missed = flags.check && goals.some(({ holds }) => !holds);
    if (failed || missed) process.exitCode = 1;
  });
}

async function memory(flags: MemoryFlags): Promise<void> {
  const shop = { customers: 2_000, products: 1_000, orders: 100_000 };
  const nodeOptions = '--inspect=127.0.0.1:0';
  await inWorld({ shop, poolSize: 10, nodeOptions, say }, async (world) => {
    const environment = await readEnvironment(world.db);
    const { samples, failed, failure } = await watchMemory(world, { ...flags, shop, say });
    const trends = { heap: trendOf(samples, 'heapMib'), rss: trendOf(samples, 'rssMib') };
    const failures = failed === 0 ? [] : [`${failed} failed, the first one: ${failure}`];
    const text = [describeEnvironment(environment), '', memoryTable(samples, trends), ...failures];
    await report(flags.json, text, { environment, samples, trends, failed });
    if (failed > 0 || !trends.heap.flat || !trends.rss.flat) process.exitCode = 1;
  });
}

async function backfill(flags: BackfillFlags): Promise<void> {
  const { text, result, wrong } = await measureBackfill(flags, say);
  await report(flags.json, text, result);
  if (wrong) process.exitCode = 1;
}

async function inWorld(options: WorldOptions, work: (world: World) => Promise<void>) {
  const world = await createWorld(options);
  try {
    await Promise.race([work(world), interruption()]);
  } finally {
    await world.close();
  }
}

async function profiling(folder: string | undefined): Promise<string> {
  if (folder === undefined) return '';
  await mkdir(folder, { recursive: true });
  return `--cpu-prof --cpu-prof-dir=${JSON.stringify(resolve(folder))}`;
}

async function report(file: string | undefined, text: readonly string[], result: object) {
  const json = `${JSON.stringify(result, null, 2)}\n`;
  if (file === '-') {
    process.stdout.write(json);
    return;
  }
  process.stdout.write(`${text.join('\n')}\n`);
  if (file !== undefined) await writeFile(file, json);
}

/** What can be expected to go wrong is told in a sentence; anything else has a stack. */
function explain(error: unknown): string {
  const kinds = [ProcessFailedError, AnswersDifferError, Interrupted];
  if (!(error instanceof Error)) return String(error);
  return kinds.some((kind) => error instanceof kind) ? error.message : String(error.stack);
}

try {
  await buildProgram({ compare, memory, backfill }).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  say(explain(error));
  // What was interrupted may still be at work against servers that are gone.
  process.exit(error instanceof Interrupted ? error.exitCode : 1);
}
