import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Recording {
  readonly record: string;
  readonly expr: string;
}

/** What promtool is told to expect of one alert at one time. */
export interface Expectation {
  readonly alertname: string;
  readonly exp_alerts?: readonly unknown[];
}

interface Target {
  readonly expr: string;
  readonly datasource?: { readonly uid?: string };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly Target[];
}

export interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly refresh: string;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly Target[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string }[];
  };
}

const rules = (
  parse(read('alerts.yml')) as { groups: { rules: (Alert | Recording)[] }[] }
).groups.flatMap((group) => group.rules);

export const alerts: readonly Alert[] = rules.filter((rule) => 'alert' in rule);
export const recordings: readonly Recording[] = rules.filter((rule) => 'record' in rule);

export const expectations: readonly Expectation[] = (
  parse(read('alerts.test.yml')) as { tests: { alert_rule_test: Expectation[] }[] }
).tests.flatMap((test) => test.alert_rule_test);

export const dashboard = JSON.parse(read('dashboard.json')) as Dashboard;

/** docs/operations.md */
export const page = read('../docs/operations.md');

export const queriesOf = ({ panels, annotations }: Dashboard) =>
  [...panels.flatMap(({ targets = [] }) => targets), ...annotations.list].map(({ expr }) => expr);
