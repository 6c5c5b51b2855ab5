/** A metric that a query asks for, and the labels by which it chooses series. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

const keywords = new Set(['and', 'or', 'unless', 'offset', 'bool']);
const grouping = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** Strings and ranges may hold anything, and say nothing about names. */
function withoutText(query: string): string {
  return query.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\[[^\]]*\]/g, '');
}

/**
 * The metrics of a query. What is left of it without strings, ranges and lists of labels is names,
 * numbers and operators; a name before a parenthesis is a function.
 */
export function selectorsIn(query: string): Selector[] {
  const names = withoutText(query).replace(grouping, ' ');
  const found = names.matchAll(/(?<![\w:$.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|\()?/g);
  return [...found].flatMap(([, metric = '', after = '']) => {
    if (after === '(' || keywords.has(metric)) return [];
    return [
      { metric, labels: [...after.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label) },
    ];
  });
}

/** The labels by which a query groups or joins series. */
export function groupingsIn(query: string): string[] {
  const lists = [...withoutText(query).matchAll(grouping)].map(([, labels = '']) => labels);
  return lists.flatMap((labels) => labels.split(',').map((label) => label.trim())).filter(Boolean);
}
