import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, documentOf } from '../support/document.ts';
import type { Plant } from './plants.ts';
import { byStatus, neverGood, requestsOf, total } from './requests.ts';
import type { Target } from './target.ts';
import { fuzz } from './tool.ts';
import type { World } from './world.ts';

/**
 * Cases of one operation in one round of a full run. Rounds are short, so that little more is sent
 * than was promised, and not too short: each starts an interpreter and reads the document.
 */
const examplesInRound = 120;
/** As many requests as such a round sends, about: short runs have smaller ones. */
const requestsInRound = 2_500;
/** After so many rounds an operation that never had a good answer is not left so by chance. */
const roundsForAll = 6;
const everyPhase = ['examples', 'coverage', 'fuzzing', 'stateful'];
const randomPhases = ['fuzzing', 'stateful'];
/** Of what a replica logs, which may be the same sentence for each request. */
const shownLines = 3;
const shownCharacters = 300;

/** What became of one release. */
export interface Outcome {
  readonly requests: number;
  /** Whatever was found, as text; empty: nothing. */
  readonly found: string;
}

/** Rounds of schemathesis, each with a seed of its own, until enough was sent and each operation had a good answer, or a round is red. */
export async function fuzzRelease(
  program: string,
  world: World,
  target: Target,
  job: { wanted: number; seed: number; plant: Plant | undefined },
): Promise<Outcome> {
  const { release, url } = target;
  const { folder, authFile } = world;
  const document = await documentFor(target, folder, job.plant);
  const examples = Math.ceil(examplesInRound * Math.min(1, job.wanted / requestsInRound));
  const routes = routesOf(await documentOf(url));
  const before = total(await requestsOf(url));
  let looks = 0;
  const look = async () => {
    looks += 1;
    const counts = await requestsOf(url);
    const never = neverGood(routes, counts);
    return { sent: total(counts) - before - looks, never };
  };
  let [requests, found, everyRoute] = [0, '', false];
  const isEnough = (rounds: number) =>
    requests >= job.wanted && (everyRoute || rounds >= roundsForAll);
  for (let seed = job.seed; found === '' && !isEnough(seed - job.seed); seed += 1) {
    // What is the same whatever the seed is sent once.
    const phases = seed === job.seed ? everyPhase : randomPhases;
    const work = { document, url, authFile, seed, phases, examples, folder };
    const { code, output } = await fuzz(program, work);
    const { sent: now, never } = await look();
    if (code !== 0) found = `\n${output}\nrelease ${release} is red with seed ${seed}\n`;
    else if (now === requests) found = `release ${release} was sent nothing with seed ${seed}\n`;
    [requests, everyRoute] = [now, never.length === 0];
  }
  const counts = await requestsOf(url);
  const never = neverGood(routes, counts);
  const logged = await target.stop();
  found += [
    ...never.map((route) => `release ${release} never gave a good answer to ${route}\n`),
    ...logged
      .slice(0, shownLines)
      .map((line) => `release ${release} logged ${line.slice(0, shownCharacters)}\n`),
  ].join('');
  console.log(`${found}release ${release}  ${requests} requests  ${byStatus(counts)}`);
  return { requests, found };
}

/** Where the fuzzer finds the document: at the service, or in a file when a plant changes it. */
async function documentFor(target: Target, folder: string, plant?: Plant): Promise<string> {
  if (plant?.doctor === undefined) return `${target.url}/docs/json`;
  const document = await documentOf(target.url);
  plant.doctor(document);
  const file = join(folder, `openapi-${target.release}.json`);
  await writeFile(file, JSON.stringify(document));
  return file;
}

/** The operations of a document as a replica names their routes. */
function routesOf(document: Document): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    ),
  );
}
