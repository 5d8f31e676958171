import {
  type LabelStudioAnnotation,
  labelStudioHealth,
  labelStudioPredict,
  labelStudioSetup,
  labelStudioWebhook,
  type ResponseOf,
  TangentError,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import { atLeast } from '@tangent/labeling';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { type Call, route } from '../http/route.js';
import { choiceText, controlFor, readLabelConfig } from '../label-studio/label-config.js';
import { namesOf } from '../label-studio/match-task.js';
import { answerReader } from '../label-studio/read-answer.js';

/** Tangent as an ML backend of Label Studio; docs/label-studio.md. */
export function labelStudioRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;

  route(app, deps, labelStudioHealth, async () => ({ status: 'UP' as const, model_class: 'Tangent' }));

  route(app, deps, labelStudioSetup, async ({ params, body }) => {
    const { classes } = await database.getProjectSetup(db, params.projectId);
    if (controlFor(readLabelConfig(body.schema), classes) === null)
      throw new TangentError(
        'unsupported-label-config',
        `The labeling configuration has no <Choices> in which one of the project’s classes (${classes
          .slice(0, 20)
          .map(({ key }) => key)
          .join(', ')}) is a choice. Name the choices like the classes, by key or name.`,
      );
    return { model_version: versionOf(await database.predictItems(db, params.projectId, [])) };
  });

  route(app, deps, labelStudioPredict, async ({ params, body }) => {
    const { classes } = await database.getProjectSetup(db, params.projectId);
    const control = controlFor(readLabelConfig(body.label_config ?? '<View/>'), classes);
    const itemIds = await database.findTaskItems(db, params.projectId, body.tasks.map(namesOf));
    const predictions = await database.predictItems(
      db,
      params.projectId,
      itemIds.flatMap((itemId) => itemId ?? []),
    );
    const model_version = versionOf(predictions);
    const results = itemIds.map((itemId) => {
      const found = itemId === null ? undefined : predictions.items.get(itemId);
      const score = found?.place ?? 1;
      const predicted = found?.predicted && classes.find(({ key }) => key === found.predicted!.classKey);
      const text = control && predicted ? choiceText(control, predicted) : null;
      if (text === null) return { result: [], score, model_version };
      const region = {
        from_name: control!.name,
        to_name: control!.toName,
        type: 'choices' as const,
        value: { choices: [text] },
        score: found!.predicted!.probability,
      };
      return { result: [region], score, model_version };
    });
    return { results, model_version };
  });

  route(app, deps, labelStudioWebhook, async (call) => {
    const { action } = call.body;
    if (/^ANNOTATIONS?_(CREATED|UPDATED)$/.test(action))
      return { status: 'ok' as const, annotations: await take(db, call) };
    if (/^ANNOTATIONS?_DELETED$/.test(action))
      return { status: 'ok' as const, annotations: await remove(db, call) };
    return { status: 'ignored' as const, annotations: [] };
  });
}

/** Changes with every live update, for Label Studio asks again only for a version that it has not got. */
function versionOf({ model }: database.ItemPredictions): string {
  return model === null ? 'untrained' : `v${model.version}.${model.numLiveUpdates}`;
}

type WebhookCall = Call<typeof labelStudioWebhook>;
type Outcome = ResponseOf<typeof labelStudioWebhook>['annotations'][number];
const listOf = <T>(value: T | readonly T[] | null | undefined): readonly T[] =>
  value === null || value === undefined ? [] : Array.isArray(value) ? value : [value as T];

async function take(db: database.Database, { params, body, caller }: WebhookCall): Promise<Outcome[]> {
  const { projectId } = params;
  const { classes } = await database.getProjectSetup(db, projectId);
  const readAnswer = answerReader(readLabelConfig(body.project?.label_config ?? '<View/>'), classes);
  const tasks = listOf(body.task);
  const annotations = listOf<LabelStudioAnnotation>(body.annotation);
  const taskOf = ({ task }: LabelStudioAnnotation) =>
    tasks.find(({ id }) => id === task) ??
    (tasks.length === 1 && annotations.length === 1 ? tasks[0]! : { id: task, data: {} });
  const names = annotations.map((annotation) => namesOf(taskOf(annotation)));
  const itemIds = await database.findTaskItems(db, projectId, names);
  const outcomes: Outcome[] = [];
  for (const [i, annotation] of annotations.entries()) {
    const id = String(annotation.id);
    const itemId = itemIds[i];
    const read = readAnswer(annotation);
    if (read.kind === 'none' || !itemId) {
      outcomes.push(ignored(id, read.kind === 'none' ? read.reason : 'its task is no item of the project'));
      continue;
    }
    outcomes.push(
      await attempt(id, () =>
        database.applyExternalAnnotation(db, {
          projectId,
          externalId: id,
          itemId,
          annotatorId: caller.user.id,
          answer: read.answer,
          wallMs: wallMsOf(annotation),
          updatedAt: annotation.updated_at ?? new Date().toISOString(),
        }),
      ),
    );
  }
  return outcomes;
}

async function remove(
  db: database.Database,
  { params, body, caller, grant }: WebhookCall,
): Promise<Outcome[]> {
  const ids = [
    ...listOf<{ id: string | number }>(body.annotations),
    ...listOf<{ id: string | number }>(body.annotation),
    ...(body.id === undefined ? [] : [{ id: body.id }]),
  ].map(({ id }) => String(id));
  const outcomes: Outcome[] = [];
  for (const id of new Set(ids))
    outcomes.push(
      await attempt(id, () =>
        database.removeExternalAnnotation(db, {
          projectId: params.projectId,
          externalId: id,
          userId: caller.user.id,
          mayUndoOthers: atLeast(grant.role!, 'reviewer'),
        }),
      ),
    );
  return outcomes;
}

/** Label Studio does not repeat a message that was refused, and one annotation must not hold up the others. */
async function attempt(
  id: string,
  work: () => Promise<{ kind: Exclude<Outcome['outcome'], 'ignored'>; annotationId: string | null }>,
): Promise<Outcome> {
  try {
    const { kind, annotationId } = await work();
    return { id, outcome: kind, annotationId, reason: null };
  } catch (error) {
    if (error instanceof TangentError && error.status < 500) return ignored(id, error.code);
    throw error;
  }
}

const ignored = (id: string, reason: string): Outcome => ({
  id,
  outcome: 'ignored',
  annotationId: null,
  reason,
});

const dayMs = 86_400_000;
/** How long the task was open; a day is as much as we note. */
const wallMsOf = ({ lead_time }: LabelStudioAnnotation) =>
  typeof lead_time === 'number' ? Math.min(Math.round(lead_time * 1000), dayMs) : undefined;
