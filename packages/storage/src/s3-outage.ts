import { BlobsUnavailableError } from './blob-store.js';

/** Where a store lies, for messages. */
export interface S3Place {
  readonly bucket: string;
  /** The server's URL; undefined: Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string;
}

const rights =
  's3:GetObject, s3:PutObject and s3:DeleteObject on its objects, s3:ListBucket on itself (without it a missing blob looks like a forbidden one)';

/** By the codes of S3's error documents and of the SDK. */
const explanations: Readonly<Record<string, (place: S3Place) => string>> = {
  NoSuchBucket: ({ bucket }) => `there is no bucket “${bucket}”: create it, or correct TANGENT_BLOBS`,
  CredentialsProviderError: () =>
    'there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role',
  InvalidAccessKeyId: () => 'the access key is not known there: correct AWS_ACCESS_KEY_ID',
  SignatureDoesNotMatch: () =>
    'the secret key is not that of the access key: correct AWS_SECRET_ACCESS_KEY (and AWS_REGION, which is signed too)',
  InvalidToken: () =>
    'the session token is not valid: correct AWS_SESSION_TOKEN, or unset it for lasting keys',
  ExpiredToken: () => 'the session token has expired: set new keys and AWS_SESSION_TOKEN',
  AccessDenied: ({ bucket }) =>
    `the keys are refused, or have too few rights in the bucket “${bucket}”: it needs ${rights}`,
  RequestTimeTooSkewed: () => "this machine's clock is wrong: set it (NTP), and start again",
  PermanentRedirect: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  XAmzContentSHA256Mismatch: () =>
    'the bytes were changed on their way: look after the network, and try again',
  SlowDown: () => 'it is asked too much at once: try again later',
};

function wrongRegion({ bucket, region }: S3Place): string {
  return `the bucket “${bucket}” lies in another region than “${region}”: set AWS_REGION`;
}

const synonyms: Readonly<Record<string, string>> = {
  Forbidden: 'AccessDenied',
  '403': 'AccessDenied',
  RequestExpired: 'RequestTimeTooSkewed',
  ExpiredTokenException: 'ExpiredToken',
  '301': 'PermanentRedirect',
};

/** Turns what the SDK throws into a BlobsUnavailableError that names the thing and the way out. */
export function asUnavailable(error: unknown, place: S3Place): BlobsUnavailableError {
  if (error instanceof BlobsUnavailableError) return error;
  const { name, code, message } = error as NodeJS.ErrnoException;
  const where = `the blob store at ${place.endpoint ?? `Amazon S3 in ${place.region}`}`;
  const status = statusOf(error);
  const explain = explanations[synonyms[name] ?? name] ?? explanations[synonyms[String(status)] ?? ''];
  const what = explain
    ? `${where} refuses: ${explain(place)}`
    : status !== undefined
      ? `${where} answers with an error (${status} ${name}: ${message})`
      : `${where} does not answer (${code ?? name}): look after it and the network, or correct AWS_ENDPOINT_URL_S3`;
  return new BlobsUnavailableError(what, { cause: error });
}

/** HTTP status of an answer; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}
