import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobsBackendOf } from './blobs-backend.js';
import { BlobTooLargeError } from './incoming.js';
import { asUnavailable } from './s3-outage.js';
import { type S3Store, s3Store } from './s3-store.js';
import { type S3Server, s3Keys, startS3Server } from './testing/s3-server.js';

let server: S3Server;
let incoming: string;
beforeAll(async () => {
  server = await startS3Server();
  incoming = await mkdtemp(path.join(tmpdir(), 'incoming-'));
});
afterAll(async () => {
  await server.stop();
  await rm(incoming, { recursive: true, force: true });
});

const options = () => ({
  bucket: 'blobs',
  prefix: 'some/where',
  endpoint: server.endpoint,
  region: 'us-east-1',
  hasPathStyle: true,
  credentials: s3Keys,
  incoming,
});

test.each([
  ['a bucket that is not there', { bucket: 'none' }, /refuses: there is no bucket “none”: create it/],
  [
    'an unknown key',
    { credentials: { ...s3Keys, accessKeyId: 'guess' } },
    /access key is not known there: correct AWS_ACCESS_KEY_ID/,
  ],
  [
    'a wrong secret',
    { credentials: { ...s3Keys, secretAccessKey: 'guess' } },
    /correct AWS_SECRET_ACCESS_KEY/,
  ],
  [
    'nobody at the address',
    { endpoint: 'http://127.0.0.1:9' },
    /the blob store at http:\/\/127\.0\.0\.1:9 does not answer \(ECONNREFUSED\): .* AWS_ENDPOINT_URL_S3$/,
  ],
])('does not open with %s, and names the way out', async (_, wrong, message) => {
  const opening = s3Store({ ...options(), ...wrong });
  await expect(opening).rejects.toMatchObject({
    code: 'blobs-unavailable',
    message: expect.stringMatching(message),
  });
});

test.each([
  ['AccessDenied', 403, /too few rights in the bucket “blobs”: .*s3:ListBucket/],
  ['Forbidden', 403, /too few rights/], // a HEAD has no document
  ['RequestTimeTooSkewed', 403, /clock is wrong: set it/],
  ['PermanentRedirect', 301, /another region than “us-east-1”: set AWS_REGION/],
  ['ExpiredToken', 400, /session token has expired/],
  ['InternalError', 500, /answers with an error \(500 InternalError: oh\)/],
])('explains %s', (name, httpStatusCode, message) => {
  const thrown = Object.assign(new Error('oh'), { name, $metadata: { httpStatusCode } });
  expect(asUnavailable(thrown, options()).message).toMatch(message);
});

test('takes no blob that S3 would refuse, and does not fill the disk with it', async () => {
  const store = await s3Store({ ...options(), maxBlobBytes: 1000 });
  let numRead = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        numRead += 1;
        yield randomBytes(400);
      }
    })(),
  );
  await expect(store.put(endless)).rejects.toThrow(BlobTooLargeError);
  expect(numRead).toBeLessThan(50);
  await expect(store.put(new Uint8Array(1001))).rejects.toThrow(BlobTooLargeError);
  expect(await readdir(incoming)).toEqual([]);
});

const all = (store: S3Store) => Readable.from(store.list()).toArray();

test('lists its own blobs, and writes nothing where it may only read', async () => {
  const other = await startS3Server({ checksSignatures: false });
  const mine = { ...options(), endpoint: other.endpoint, prefix: 'listed' };
  const reader = await s3Store({ ...mine, isReadOnly: true });
  expect(await all(reader)).toEqual([]);
  const store = await s3Store(mine); // leaves a blob that shows that it may write
  const [{ key: known }] = (await all(reader)) as [{ key: string }];
  const blob = await store.put(randomBytes(10));
  expect((await all(reader)).filter(({ key }) => key !== known)).toEqual([blob]);
  await other.stop();
});

/** A line to the server that is cut once `maxBytes` went to it, for the first `numCuts` connections. */
async function cuttingLine(maxBytes: number, numCuts: number): Promise<{ server: Server; url: string }> {
  const { hostname, port } = new URL(server.endpoint);
  let numLeft = numCuts;
  const line = createServer((socket: Socket) => {
    const onward = connect(Number(port), hostname);
    let numBytes = 0;
    socket.on('data', (chunk) => {
      numBytes += chunk.length;
      if (numBytes > maxBytes && numLeft > 0) {
        numLeft -= 1;
        socket.resetAndDestroy();
      }
    });
    for (const end of [socket, onward]) end.on('error', () => undefined);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  return { server: line, url: `http://127.0.0.1:${(line.address() as AddressInfo).port}` };
}

test('sends a stream again when the line was cut, and gives up with a blob that is not half there', async () => {
  const content = randomBytes(3_000_000);
  const [once, always] = [await cuttingLine(1_000_000, 1), await cuttingLine(1_000_000, Infinity)];
  try {
    const never = await s3Store({ ...options(), endpoint: always.url });
    await expect(never.put(Readable.from([content]))).rejects.toMatchObject({ code: 'blobs-unavailable' });
    const store = await s3Store({ ...options(), endpoint: once.url });
    const whole = await s3Store(options());
    expect(await readdir(incoming)).toEqual([]);
    const { key } = await store.put(Readable.from([content]));
    expect(Buffer.compare(await whole.get(key), content)).toBe(0);
  } finally {
    for (const line of [once, always]) line.server.close();
  }
});

const env = {
  TANGENT_BLOBS: 's3://blobs/some/where',
  AWS_ENDPOINT_URL_S3: 'https://minio.example.org',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

test('is what the environment says; a folder when it says nothing', () => {
  expect(blobsBackendOf({}, '/data')).toEqual({ kind: 'folder', folder: '/data/blobs' });
  expect(blobsBackendOf(env, '/data')).toEqual({
    kind: 's3',
    bucket: 'blobs',
    prefix: 'some/where',
    endpoint: 'https://minio.example.org',
    region: 'us-east-1',
    hasPathStyle: true,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    incoming: '/data/incoming-blobs',
  });
  expect(blobsBackendOf({ TANGENT_BLOBS: 's3://blobs/', AWS_REGION: 'eu-central-1' }, '/data')).toMatchObject(
    {
      prefix: '',
      endpoint: undefined,
      region: 'eu-central-1',
      hasPathStyle: false,
      credentials: undefined,
    },
  );
  for (const [wrong, message] of [
    [{ TANGENT_BLOBS: '/mnt/blobs' }, /TANGENT_BLOBS is “\/mnt\/blobs”; write s3:\/\/BUCKET/],
    [{ TANGENT_BLOBS: 's3://blobs/../x' }, /TANGENT_BLOBS/],
    [{ AWS_ENDPOINT_URL_S3: '' }, /AWS_REGION is not set/],
    [{ AWS_ENDPOINT_URL_S3: 'minio:9000' }, /AWS_ENDPOINT_URL_S3 is “minio:9000”; write a URL/],
    [{ AWS_SECRET_ACCESS_KEY: '' }, /^AWS_SECRET_ACCESS_KEY is not set; the two belong together/],
    [{ TANGENT_BLOBS_PATH_STYLE: 'yes' }, /TANGENT_BLOBS_PATH_STYLE is “yes”; write 0 or 1/],
  ] as const)
    expect(() => blobsBackendOf({ ...env, ...wrong }, '/data')).toThrow(message);
});
