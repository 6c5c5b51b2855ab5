import type { KubeObject } from './objects.ts';

/** What may be anything, to plant mistakes in. */
export interface Draft {
  [key: string]: Draft | undefined;
}

const labels = {
  'app.kubernetes.io/name': 'shop',
  'app.kubernetes.io/component': 'api',
  'app.kubernetes.io/part-of': 'shop',
};

const probe = (path: string) => ({ httpGet: { path, port: 'http' } });

const container = {
  name: 'api',
  image: 'scaleretail/api:2.0-4f1c',
  ports: [{ name: 'http', containerPort: 3000 }],
  env: [
    { name: 'RELEASE', value: '2.0' },
    { name: 'HOST', value: '0.0.0.0' },
    { name: 'DATABASE_URL_FILE', value: '/secrets/database-url' },
    { name: 'UNLEASH_URL', value: 'http://unleash:4242/api' },
    { name: 'GATEWAY_URL', value: 'http://gateway:4000' },
    { name: 'JWT_JWKS_FILE', value: '/secrets/jwks.json' },
  ],
  startupProbe: probe('/startupz'),
  readinessProbe: probe('/readyz'),
  livenessProbe: probe('/livez'),
  lifecycle: { preStop: { sleep: { seconds: 10 } } },
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [{ name: 'secrets', mountPath: '/secrets' }],
};

const template = {
  metadata: { labels },
  spec: {
    serviceAccountName: 'shop',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container],
    volumes: [{ name: 'secrets' }],
  },
};

const saysPhase = (value: string) => [
  { responseHeaderModifier: { set: [{ name: 'x-rollout-phase', value }] } },
];

const object = (apiVersion: string, kind: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'shop', labels },
  spec,
});

/** Objects that no rule has anything against, by kind; a copy, to plant mistakes in. */
export function soundObjects(): Record<string, Draft> {
  const selector = { matchLabels: labels };
  const objects = {
    Deployment: object('apps/v1', 'Deployment', {
      replicas: 3,
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      selector,
      template,
    }),
    ServiceAccount: object('v1', 'ServiceAccount', {}),
    Service: object('v1', 'Service', {
      selector: labels,
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
    }),
    PodDisruptionBudget: object('policy/v1', 'PodDisruptionBudget', {
      selector,
      maxUnavailable: 1,
    }),
    NetworkPolicy: object('networking.k8s.io/v1', 'NetworkPolicy', {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    }),
    HTTPRoute: object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
      rules: [
        {
          backendRefs: [
            { name: 'shop', port: 80, weight: 99, filters: saysPhase('stable') },
            { name: 'shop', port: 80, filters: saysPhase('canary') },
          ],
        },
      ],
    }),
  };
  return structuredClone(objects) as unknown as Record<string, Draft>;
}

export const listed = (objects: Record<string, Draft>) =>
  Object.values(objects) as unknown as readonly KubeObject[];
