import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const alerts = new URL('../../monitoring/alerts.yml', import.meta.url);

/** Where the rules stand for the Prometheus operator. */
export const rulesFile = fileURLToPath(
  new URL('../components/monitoring/rules.yaml', import.meta.url),
);

const heading = `# Written from monitoring/alerts.yml by \`npm run k8s -- rules\`: change it there.
`;

/** monitoring/alerts.yml as an object of the Prometheus operator. */
export function rulesObject() {
  const name = 'scaleretail-rules';
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name,
      labels: {
        'app.kubernetes.io/name': name,
        'app.kubernetes.io/component': 'monitoring',
        'app.kubernetes.io/part-of': 'scaleretail',
      },
    },
    spec: parse(readFileSync(alerts, 'utf8')) as object,
  };
}

export function rulesText(): string {
  return heading + stringify(rulesObject(), { lineWidth: 0 });
}
