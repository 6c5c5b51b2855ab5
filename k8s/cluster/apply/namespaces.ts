import type { Cluster } from '../cluster.ts';
import { succeed } from '../succeed.ts';

/** Those that every cluster has, and that cannot be removed from it. */
const permanent = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
/** Not kubectl's own, which would take the label back when manifests do without it. */
const manager = '--field-manager=scaleretail-check';

/**
 * Makes namespaces that enforce the `restricted` Pod security standard, those that are there already
 * too. Manifests may bring the same ones afterwards: the label stays, unless they contradict it, which
 * the API server refuses. Throws CommandFailedError.
 */
export async function makeNamespaces(cluster: Cluster, names: readonly string[]): Promise<void> {
  const leaving = names.filter(isRemovable);
  if (leaving.length > 0) {
    await succeed(cluster, ['wait', '--for=delete', '--timeout=60s', 'namespace', ...leaving]);
  }
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const namespaces = names.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  }));
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: namespaces });
  await succeed(cluster, ['apply', '--server-side', manager, '-f-'], list);
  for (const name of names) {
    // Without it no Pod may be created, not even as a dry run.
    const account = ['--for=create', `--namespace=${name}`, 'serviceaccount/default'];
    await succeed(cluster, ['wait', '--timeout=30s', ...account]);
  }
}

/**
 * Has namespaces go, those that can. It takes five seconds, which is not waited for here: only
 * `makeNamespaces` has to, for the same ones.
 */
export async function removeNamespaces(cluster: Cluster, names: readonly string[]): Promise<void> {
  const leaving = names.filter(isRemovable);
  if (leaving.length === 0) return;
  await cluster.kubectl([
    ...['delete', '--ignore-not-found', '--wait=false'],
    ...['namespace', ...leaving],
  ]);
}

function isRemovable(name: string): boolean {
  return !permanent.includes(name);
}
