import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolsFolder } from '@scaleretail/embedded/programs';

/** The programs of which a control plane consists, and where go.mod has each from. */
export const programs = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
} as const;

export type Program = keyof typeof programs;

export const programNames = Object.keys(programs) as Program[];

/** The version that a go.mod requires of a module, without its `v`. */
export function requiredVersion(goMod: string, module: string): string {
  const words = goMod.split('\n').map((line) => line.trim().split(/\s+/));
  const found = words.find(([path, version]) => path === module && version?.startsWith('v'));
  if (found?.[1] === undefined) throw new Error(`go.mod requires no ${module}.`);
  return found[1].slice(1);
}

/** The version of Kubernetes that is built. */
export function kubernetesVersion(): string {
  const goMod = readFileSync(new URL('../go.mod', import.meta.url), 'utf8');
  return requiredVersion(goMod, 'k8s.io/kubernetes');
}

/** Where the programs of a version of Kubernetes are. */
export function programsFolder(version: string, env: NodeJS.ProcessEnv = process.env): string {
  return join(toolsFolder(env), `kubernetes-${version}`);
}

/**
 * The arguments for Go. What is built depends on nothing of the machine but its architecture, and
 * knows its version, which the releases of Kubernetes are told in the same way.
 */
export function buildArguments(program: Program, version: string, to: string): string[] {
  const [major, minor] = version.split('.');
  const facts = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const told = Object.entries(facts).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  const linker = `-ldflags=${['-s -w', ...told].join(' ')}`;
  return ['build', '-trimpath', '-buildvcs=false', linker, '-o', to, programs[program]];
}
