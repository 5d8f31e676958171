import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { errorCodes, roundStatuses } from '@tangent/contracts';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ask, useApi } from './support/api.js';
import {
  dashboardFile,
  dashboardsFile,
  datasourcesFile,
  prometheusFile,
  rulesFile,
} from './support/monitoring-files.js';

const read = (name: string) =>
  readFile(fileURLToPath(new URL(`../../docker/monitoring/${name}`, import.meta.url)), 'utf8');
const metricsToken = 'a-token-for-prometheus';
const house = useApi({ metricsToken });

interface Query {
  readonly where: string;
  readonly expr: string;
}

/** What an expression asks for: metrics, and the matchers of their labels. Throws where it is no PromQL. */
function selectorsOf({ where, expr: written }: Query) {
  const expr = written.replaceAll('$__rate_interval', '5m');
  const text = (node: { from: number; to: number }) => expr.slice(node.from, node.to);
  const names = new Set<string>();
  const matchers: { label: string; operator: string; value: string }[] = [];
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`${where}: no PromQL at “${expr.slice(node.from)}”`);
      if (node.name === 'VectorSelector' && node.node.firstChild) names.add(text(node.node.firstChild));
      if (node.name !== 'UnquotedLabelMatcher') return;
      const [, label, operator, value] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text(node)) ?? [];
      matchers.push({ label: label!, operator: operator!, value: value! });
    },
  });
  return { where, names, matchers };
}

let queries: Query[];
let known: Set<string>;
beforeAll(async () => {
  const rules = parse(await read('alerts.yml'));
  const alerts = rules.groups.flatMap((group: { rules: { alert: string; expr: string }[] }) => group.rules);
  const dashboard = JSON.parse(await read('grafana/dashboards/tangent.json'));
  queries = [
    ...alerts.map((rule: { alert: string; expr: string }) => ({ where: rule.alert, expr: rule.expr })),
    ...dashboard.panels.flatMap((panel: { title: string; targets: { expr: string }[] }) =>
      panel.targets.map(({ expr }) => ({ where: panel.title, expr })),
    ),
  ];
  // `# TYPE` stands there for metrics without a sample, too.
  const { body } = await ask<string>(house, 'GET /metrics', { token: metricsToken });
  known = new Set(['up']); // Prometheus' own
  for (const [, name, type] of body.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    known.add(name!);
    if (type === 'histogram') for (const part of ['bucket', 'sum', 'count']) known.add(`${name}_${part}`);
  }
});

test('alerts and dashboard ask only for metrics that the API exposes', () => {
  expect(queries.length).toBeGreaterThan(30);
  const unknown = queries
    .map(selectorsOf)
    .flatMap(({ where, names }) =>
      [...names].filter((name) => !known.has(name)).map((n) => `${where}: ${n}`),
    );
  expect(unknown).toEqual([]);
  expect(() => selectorsOf({ where: 'here', expr: 'sum(rate(a[5m])' })).toThrow('no PromQL');
  expect([...selectorsOf({ where: 'here', expr: 'sum by (a) (b{c="d"}) > max(e)' }).names]).toEqual([
    'b',
    'e',
  ]);
});

test('every metric of the installation is on the dashboard or in an alert', () => {
  const asked = new Set(queries.map(selectorsOf).flatMap(({ names }) => [...names]));
  const ours = [...known].filter((name) => name.startsWith('tangent_'));
  const isAsked = (name: string) =>
    asked.has(name) || ['_bucket', '_count', '_sum'].some((part) => asked.has(name + part));
  expect(ours.length).toBeGreaterThan(20);
  expect(ours.filter((name) => !isAsked(name) && !/_(bucket|count|sum)$/.test(name))).toEqual([]);
});

describe('what the selectors name', () => {
  const valuesOf = (wanted: string) =>
    queries
      .map(selectorsOf)
      .flatMap(({ matchers }) => matchers)
      .filter(({ label }) => label === wanted)
      .flatMap(({ operator, value }) => (operator === '=~' ? value.split('|') : [value]));

  test('routes are routes of the API', () => {
    const routes = valuesOf('route');
    expect(routes.length).toBeGreaterThan(2);
    for (const url of routes) expect(house.app.hasRoute({ method: 'POST', url }), url).toBe(true);
  });

  test('codes are codes of problems, and states are states', () => {
    expect(errorCodes).toEqual(expect.arrayContaining(valuesOf('code')));
    const states = valuesOf('status').filter((value) => value !== '5..');
    expect(roundStatuses).toEqual(expect.arrayContaining(states));
    expect(['alive', 'busy', 'lost']).toEqual(expect.arrayContaining(valuesOf('state')));
  });
});

test('rules, dashboard and what is provisioned have the structure that their readers take, and no name more', async () => {
  const { groups } = rulesFile.parse(parse(await read('alerts.yml')));
  const alerts = groups.flatMap(({ rules }) => rules);
  for (const names of [groups.map(({ name }) => name), alerts.map(({ alert }) => alert)])
    expect(new Set(names).size).toBe(names.length);
  const { panels, templating } = dashboardFile.parse(
    JSON.parse(await read('grafana/dashboards/tangent.json')),
  );
  for (const { targets, title } of panels)
    expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
  const { rule_files: ruleFiles } = prometheusFile.parse(parse(await read('prometheus.yml')));
  const provisioning = 'grafana/provisioning';
  const { datasources } = datasourcesFile.parse(
    parse(await read(`${provisioning}/datasources/prometheus.yml`)),
  );
  expect(datasources.map(({ uid }) => uid)).toContain(templating.list[0].current.value);
  const { providers } = dashboardsFile.parse(parse(await read(`${provisioning}/dashboards/tangent.yml`)));

  // They find each other where the containers have them.
  const mounts = parse(await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8')).services;
  expect(mounts.prometheus.volumes).toContain(`./docker/monitoring/alerts.yml:${ruleFiles[0]}:ro`);
  expect(mounts.grafana.volumes).toContain(
    `./docker/monitoring/grafana/dashboards:${providers[0]!.options.path}:ro`,
  );

  const [first] = groups;
  const misspelt = { ...first!.rules[0]!, annotation: {} };
  expect(rulesFile.safeParse({ groups: [{ ...first, rules: [misspelt] }] }).success).toBe(false);
});

test('what alerts and legends say of a label, their expression keeps', async () => {
  const { groups } = rulesFile.parse(parse(await read('alerts.yml')));
  const { panels } = dashboardFile.parse(JSON.parse(await read('grafana/dashboards/tangent.json')));
  const said = [
    ...groups.flatMap(({ rules }) =>
      rules.map(({ alert, expr, annotations }) => ({
        where: alert,
        expr,
        labels: labelsIn(Object.values(annotations).join(' '), /\{\{ *\$labels\.(\w+)/g),
      })),
    ),
    ...panels.flatMap(({ title, targets }) =>
      targets.map(({ expr, legendFormat }) => ({
        where: title,
        expr,
        labels: labelsIn(legendFormat, /\{\{ *(\w+) *\}\}/g),
      })),
    ),
  ];
  expect(said.flatMap(({ labels }) => labels).length).toBeGreaterThan(10);
  const lost = said.flatMap(({ where, expr, labels }) =>
    labels.filter((label) => !keeps(expr, label)).map((label) => `${where}: ${label}`),
  );
  expect(lost).toEqual([]);
  expect(keeps('max by (queue) (tangent_jobs) > 1', 'queue')).toBe(true);
  expect(keeps('max by (queue) (tangent_jobs) > 1', 'instance')).toBe(false);
});

const labelsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, label]) => label!);

/** Whether a label is there after the expression: it aggregates nothing, or by that label among others. */
function keeps(expr: string, label: string): boolean {
  if (!/\b(sum|max|min|avg|count)\b/.test(expr)) return true;
  return [...expr.matchAll(/\bby *\(([^)]*)\)/g)].some(([, names]) => names!.split(/, */).includes(label));
}

test('panels lie side by side, and each has an id', async () => {
  const { panels } = JSON.parse(await read('grafana/dashboards/tangent.json'));
  const taken = new Set<string>();
  for (const { gridPos, title } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x},${y}`), title).toBe(false);
        taken.add(`${x},${y}`);
      }
  }
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
});
