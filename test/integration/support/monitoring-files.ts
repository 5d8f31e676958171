import { z } from 'zod';

// What the programs that read docker/monitoring take. They refuse or pass over a name that they do not know, so here too
// every name counts. Only what we use: whoever needs more of it adds it from the manual.

const duration = z.string().regex(/^\d+(ms|s|m|h|d|w|y)$/);
const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/);

/** https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export const rulesFile = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        rules: z
          .array(
            z.strictObject({
              alert: labelName,
              expr: z.string().min(1),
              for: duration.optional(),
              labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
              annotations: z.strictObject({ summary: z.string().min(11), description: z.string().min(21) }),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

/** https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
export const prometheusFile = z.strictObject({
  global: z.strictObject({ scrape_interval: duration, evaluation_interval: duration }),
  rule_files: z.array(z.string().startsWith('/')),
  scrape_configs: z.array(
    z.strictObject({
      job_name: z.string(),
      metrics_path: z.string().startsWith('/'),
      authorization: z.strictObject({ type: z.literal('Bearer'), credentials_file: z.string() }),
      static_configs: z.array(z.strictObject({ targets: z.array(z.string().regex(/^[\w.-]+:\d+$/)) })),
    }),
  ),
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const steps = z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })).min(1);

const panel = z.strictObject({
  id: z.int().positive(),
  type: z.enum(['stat', 'timeseries']),
  title: z.string().min(1),
  description: z.string(),
  datasource,
  gridPos: z.strictObject({
    x: z.int().min(0),
    y: z.int().min(0),
    w: z.int().positive(),
    h: z.int().positive(),
  }),
  fieldConfig: z.strictObject({
    defaults: z.looseObject({
      unit: z.enum(['short', 's', 'bytes', 'reqps', 'rowsps']),
      thresholds: z.strictObject({ mode: z.enum(['absolute', 'percentage']), steps }).optional(),
    }),
    overrides: z.array(z.never()),
  }),
  options: z.looseObject({}),
  targets: z
    .array(
      z.strictObject({
        refId: z.string().regex(/^[A-Z]$/),
        datasource,
        expr: z.string().min(1),
        legendFormat: z.string(),
      }),
    )
    .min(1),
});

/** The model of a dashboard, as Grafana 10 and later write it (schema 39). */
export const dashboardFile = z.strictObject({
  uid: z.string().max(40),
  title: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.literal(39),
  version: z.int(),
  editable: z.boolean(),
  refresh: duration,
  time: z.strictObject({ from: z.string().startsWith('now-'), to: z.literal('now') }),
  timezone: z.string(),
  templating: z.strictObject({
    list: z.tuple([
      z.strictObject({
        name: z.literal('datasource'),
        type: z.literal('datasource'),
        query: z.literal('prometheus'),
        label: z.string(),
        current: z.strictObject({ text: z.string(), value: z.string() }),
      }),
    ]),
  }),
  annotations: z.strictObject({ list: z.array(z.never()) }),
  panels: z.array(panel).min(1),
});

/** What Grafana provisions: where its figures come from, and where the dashboards lie. */
export const datasourcesFile = z.strictObject({
  apiVersion: z.literal(1),
  datasources: z.array(
    z.strictObject({
      name: z.string(),
      uid: z.string(),
      type: z.literal('prometheus'),
      access: z.literal('proxy'),
      url: z.url(),
      isDefault: z.boolean(),
    }),
  ),
});
export const dashboardsFile = z.strictObject({
  apiVersion: z.literal(1),
  providers: z.array(
    z.strictObject({
      name: z.string(),
      type: z.literal('file'),
      options: z.strictObject({ path: z.string().startsWith('/') }),
    }),
  ),
});
