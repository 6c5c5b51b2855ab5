import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster.ts';
import { succeed } from '../succeed.ts';
import { failedCreations, judge, type Verdict } from './judge.ts';
import { makeNamespaces, removeNamespaces } from './namespaces.ts';
import { dormantPods, namespacesOf, parseManifests, type Resource } from './resources.ts';

const kinds = [
  'deployments.apps',
  'replicasets.apps',
  'jobs.batch',
  'pods',
  'poddisruptionbudgets.policy',
  'horizontalpodautoscalers.autoscaling',
  'events',
].join();
const pollMs = 200;

/** What came of one folder. */
export interface FolderReport {
  readonly folder: string;
  readonly objects: number;
  /** Missing where the API server refused the manifests. */
  readonly verdict?: Verdict;
  /** Empty when all is well. */
  readonly failures: readonly string[];
}

export interface CheckOptions {
  /** Where those go that name no namespace; it must not exist. */
  readonly namespace: string;
  /** How long the controllers may take. */
  readonly waitMs: number;
}

/**
 * Applies what a kustomize folder renders to, first as a dry run, and waits until the controllers have
 * made of it what they can. All its namespaces enforce the `restricted` Pod security standard; what
 * was applied is removed afterwards.
 */
export async function checkFolder(
  cluster: Cluster,
  folder: string,
  { namespace, waitMs }: CheckOptions,
): Promise<FolderReport> {
  const { code, stdout: manifests, stderr } = await cluster.kubectl(['kustomize', folder]);
  if (code !== 0) return { folder, objects: 0, failures: complaints(stderr) };
  const resources = parseManifests(manifests);
  const named = namespacesOf(resources);
  // What names none among others that do is put into the default one.
  const places = named.length > 0 ? [...new Set([...named, 'default'])] : [namespace];
  // With the option kubectl refuses those that name another.
  const flags = named.length > 0 ? [] : [`--namespace=${namespace}`];
  await makeNamespaces(cluster, places);
  try {
    const refusals = await submit(cluster, flags, manifests, dormantPods(resources));
    if (refusals.length > 0) return { folder, objects: resources.length, failures: refusals };
    const outcome = await settle(cluster, places, waitMs);
    return { folder, objects: resources.length, ...outcome };
  } finally {
    const remove = ['delete', '--ignore-not-found', '--wait=false'];
    await cluster.kubectl([...remove, ...flags, '-f-'], manifests);
    await removeNamespaces(cluster, places);
  }
}

/** Gives back what the API server says against the manifests, or against the Pods they will make. */
async function submit(
  cluster: Cluster,
  flags: readonly string[],
  manifests: string,
  pods: readonly object[],
): Promise<string[]> {
  const apply = ['apply', '--server-side', ...flags, '-f-'];
  for (const args of [[...apply, '--dry-run=server'], apply]) {
    const { code, stderr } = await cluster.kubectl(args, manifests);
    if (code !== 0) return complaints(stderr);
  }
  if (pods.length === 0) return [];
  const create = ['create', '--dry-run=server', ...flags, '-f-'];
  const { code, stderr } = await cluster.kubectl(create, listOf(pods));
  return code === 0 ? [] : complaints(stderr);
}

/** Waits until nothing is pending, something has failed for good, or the time is over. */
async function settle(cluster: Cluster, places: readonly string[], waitMs: number) {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const everything = await look(cluster, places);
    const verdict = judge(everything);
    const { pending, failures } = verdict;
    if (failures.length > 0 || pending.length === 0) return { verdict, failures };
    if (performance.now() > deadline) {
      return { verdict, failures: [...pending, ...failedCreations(everything)] };
    }
    await delay(pollMs);
  }
}

async function look(cluster: Cluster, places: readonly string[]): Promise<Resource[]> {
  const answer = await succeed(cluster, ['get', kinds, '--all-namespaces', '--output=json']);
  const { items }: { items: Resource[] } = JSON.parse(answer);
  return items.filter(({ metadata }) => places.includes(metadata.namespace ?? ''));
}

function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function complaints(stderr: string): string[] {
  return stderr.trim().split('\n');
}
