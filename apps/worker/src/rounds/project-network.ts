import type { NetworkKind } from '@tangent/contracts';
import { getNetworkContent, type NetworkContent, type RoundJobRecord } from '@tangent/database';
import { decodeCheckpoint, vocabularyOf } from '@tangent/networks';
import type { FeaturiserSettings } from '../inputs/featuriser.js';
import { InputError } from '../inputs/input-error.js';
import type { RoundContext } from './round-context.js';

const wayOut: Readonly<Record<NetworkKind, string>> = {
  layers:
    'is an ONNX file, which is not trained on; name it as settings.backbone.networkId, or give model.networkId a network of kind “layers”',
  onnx: 'is a network of layers, which is no backbone; name it as model.networkId with model.kind “imported”, or give settings.backbone a network of kind “onnx”',
};

/** A network of the round's project. Throws not-found, and InputError for one of the other kind. */
export async function projectNetwork(
  { db }: Pick<RoundContext, 'db'>,
  { projectId }: Pick<RoundJobRecord, 'projectId'>,
  networkId: string,
  kind: NetworkKind,
): Promise<NetworkContent> {
  const network = await getNetworkContent(db, { projectId, networkId });
  if (network.kind !== kind) throw new InputError('network-kind', `${networkId} ${wayOut[kind]}`);
  return network;
}

/** What decides how the items of a round become inputs. Throws like projectNetwork. */
export async function featuriserSettings(
  context: Pick<RoundContext, 'db' | 'blobs'>,
  round: RoundJobRecord,
): Promise<FeaturiserSettings> {
  const { text, backbone: config, model } = round.config;
  const checkpoint = await importedNetwork(context, round);
  const network = checkpoint.length > 0 ? decodeCheckpoint(checkpoint) : null;
  return {
    type: round.project.type,
    text,
    imageSize: model.imageSize,
    backbone: config && {
      config,
      network: await projectNetwork(context, round, config.networkId, 'onnx'),
    },
    imported: network && {
      networkId: model.networkId!,
      inputShape: network.inputShape,
      vocabulary: vocabularyOf(network),
    },
  };
}

/** Checkpoint of the imported network that a round trains on from; empty: it asks for none. Throws like projectNetwork. */
export async function importedNetwork(
  context: Pick<RoundContext, 'db' | 'blobs'>,
  round: RoundJobRecord,
): Promise<Uint8Array> {
  const { kind, networkId } = round.config.model;
  if (kind !== 'imported' || !networkId) return new Uint8Array();
  return context.blobs.get((await projectNetwork(context, round, networkId, 'layers')).blobKey);
}
