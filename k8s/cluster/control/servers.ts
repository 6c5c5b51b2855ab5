import { join } from 'node:path';

/** Where a control plane lives. The port is the API server's, on 127.0.0.1. */
export interface Site {
  readonly folder: string;
  readonly port: number;
}

/** What the credentials are called in the folder. */
export const files = {
  kubeconfig: 'admin.kubeconfig',
  controllersKubeconfig: 'controllers.kubeconfig',
  tokens: 'tokens.csv',
  signingKey: 'service-accounts.key',
  publicKey: 'service-accounts.pub',
  /** The API server makes it, in the folder for its certificates, and itself signs it. */
  certificate: 'certificates/apiserver.crt',
} as const;

/** A socket in the working folder: no port that another may have taken, and nobody else's to read. */
const etcdAddress = 'unix://etcd:0';

/** Those that act on what is shipped, or on what it leans on; none of them needs a node or a cloud. */
const controllers = [
  'cronjob',
  'daemonset',
  'deployment',
  'disruption',
  'endpointslice',
  'garbage-collector',
  'horizontal-pod-autoscaler',
  'job',
  'namespace',
  'replicaset',
  'resourcequota',
  'root-ca-certificate-publisher',
  'serviceaccount',
  'serviceaccount-token',
  'statefulset',
];

/** etcd for data that nobody wants back after a crash. */
export function etcdArguments({ folder }: Site): string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdAddress}`,
    `--advertise-client-urls=${etcdAddress}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
  ];
}

/** The API server with the admission plugins that it has on by default, PodSecurity among them. */
export function apiServerArguments({ folder, port }: Site): string[] {
  return [
    `--etcd-servers=${etcdAddress}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // Without a network there is no other address, and this one may not be published as an endpoint.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    '--anonymous-auth=false',
    // The namespaces' Pod security standards decide that, as in a real cluster.
    '--allow-privileged=true',
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, files.tokens)}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, files.publicKey)}`,
    `--service-account-signing-key-file=${join(folder, files.signingKey)}`,
    '--profiling=false',
  ];
}

/** Every controller acts with the rights of its own service account, as in a real cluster. */
export function controllerManagerArguments({ folder }: Site): string[] {
  return [
    `--kubeconfig=${join(folder, files.controllersKubeconfig)}`,
    `--controllers=${controllers.map((name) => `${name}-controller`).join(',')}`,
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${join(folder, files.signingKey)}`,
    `--root-ca-file=${join(folder, files.certificate)}`,
    '--leader-elect=false',
    // It serves nothing that anybody asks for.
    '--secure-port=0',
    // The default, 15 s, is for a cluster that lives for longer than a check.
    '--horizontal-pod-autoscaler-sync-period=1s',
  ];
}
