import type { Dashboard, Panel } from './files.ts';

const columns = 24;
const chosen = `\${datasource}`;

/** What Grafana would show wrongly, or only on the machine on which it was drawn. */
export function dashboardProblems(dashboard: Dashboard): string[] {
  return [
    ...headProblems(dashboard),
    ...dashboard.panels.flatMap(panelProblems),
    ...placeProblems(dashboard.panels),
    ...addresses(dashboard),
    ...unknownVariables(dashboard),
  ];
}

function headProblems({ uid, schemaVersion, refresh, templating }: Dashboard): string[] {
  const asked = templating.list.some(
    ({ name, type }) => name === 'datasource' && type === 'datasource',
  );
  return [
    ...(uid === '' ? ['no uid'] : []),
    ...(schemaVersion >= 39 ? [] : ['schemaVersion below 39']),
    ...(refresh === '10s' ? [] : [`refresh ${refresh}`]),
    ...(asked ? [] : ['no variable for the data source']),
  ];
}

function panelProblems({ type, title, description, datasource, targets = [] }: Panel): string[] {
  if (type === 'row') return [];
  const sources = [datasource, ...targets.map((target) => target.datasource)];
  return [
    ...(description ? [] : [`${title}: no description`]),
    ...(targets.length > 0 ? [] : [`${title}: no query`]),
    ...(sources.every((source) => source?.uid === chosen) ? [] : [`${title}: its own data source`]),
  ];
}

function placeProblems(panels: readonly Panel[]): string[] {
  return panels.flatMap((panel, index) => {
    const others = panels.slice(index + 1);
    const { x, w } = panel.gridPos;
    return [
      ...(x >= 0 && x + w <= columns ? [] : [`${panel.title}: beyond the edge`]),
      ...others.filter(({ id }) => id === panel.id).map(({ title }) => `${title}: id ${panel.id}`),
      ...others
        .filter((other) => overlap(panel.gridPos, other.gridPos))
        .map(({ title }) => `${title}: on ${panel.title}`),
    ];
  });
}

function overlap(a: Panel['gridPos'], b: Panel['gridPos']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function addresses(dashboard: Dashboard): string[] {
  const text = JSON.stringify(dashboard);
  const found = text.match(/\w+:\/\/[^"]*|localhost|\b\d+\.\d+\.\d+\.\d+\b|[\w-]:\d{2,5}\b/g);
  return (found ?? []).map((address) => `an address: ${address}`);
}

function unknownVariables(dashboard: Dashboard): string[] {
  const known = dashboard.templating.list.map(({ name }) => name);
  const used = JSON.stringify(dashboard).matchAll(/\$\{?([a-zA-Z_]\w*)/g);
  const strange = [...used]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('__') && !known.includes(name));
  return [...new Set(strange)].map((name) => `no variable ${name}`);
}
