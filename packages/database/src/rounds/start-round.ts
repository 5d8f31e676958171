import {
  coldStrategyNames,
  type Round,
  type RoundRequest,
  type StrategyName,
  TangentError,
} from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { lockProject } from '../projects/lock-project.js';
import { createRound, type RoundFacts, roundFacts } from './create-round.js';
import { getRound } from './get-round.js';
import type { ConfigOptions } from './round-config.js';

export interface StartRoundInput extends ConfigOptions {
  readonly projectId: string;
  readonly request: RoundRequest;
  readonly actor: Actor;
  /** Over that of the request; default: drawn. */
  readonly seed?: number;
  readonly now?: Date;
  /** Written in the same transaction, e.g. the response under its idempotency key. */
  readonly also?: (tx: Tx, round: Round) => Promise<void>;
}

/** Starts a round on request. Throws round-active, nothing-to-train-on, nothing-to-score, not-found. */
export async function startRound(db: Database, input: StartRoundInput): Promise<Round> {
  const { projectId, actor, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    await lockProject(tx, projectId);
    const facts = await roundFacts(tx, projectId);
    refuseUnfit(facts, input.request.strategy ?? facts.settings.strategy);
    const id = await createRound(tx, facts, {
      ...input,
      trigger: 'request',
      createdById: actor.userId,
      now,
    });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'round.start',
      targetType: 'round',
      targetId: id,
      detail: { projectId },
    });
    const round = await getRound(tx, id);
    await input.also?.(tx, round);
    return round;
  });
}

/** Throws round-active, nothing-to-train-on, nothing-to-score. */
export function refuseUnfit(
  { active, numClassesLabeled, numUnlabeled }: RoundFacts,
  strategy: StrategyName,
): void {
  if (active) {
    throw new TangentError(
      'round-active',
      `Round ${active.number} (${active.id}) is running. Wait for its end, or cancel it first.`,
    );
  }
  if (numClassesLabeled < 2 && !coldStrategyNames.includes(strategy)) {
    throw new TangentError(
      'nothing-to-train-on',
      `Labels of ${numClassesLabeled === 1 ? 'one class' : 'no class'} are there, and a model needs two. Label items of more classes, import some with labels, or ask for a strategy that needs no model: ${coldStrategyNames.join(' or ')}.`,
    );
  }
  if (numUnlabeled < 1)
    throw new TangentError(
      'nothing-to-score',
      'No unlabeled item is left in the pool. Import more items first.',
    );
}
