import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const shortest = 32;

export interface ServerKeySource {
  /** The data folder; the key lies in `secret.key` there (mode 600), and is made when it is missing. */
  readonly folder: string;
  /** TANGENT_SECRET_KEY: used instead of the file, for hosts that share no folder. At least 32 characters. */
  readonly secret?: string | undefined;
}

/** The 32-byte key that secrets are encrypted under, the same for every process of an installation. */
export async function loadServerKey({ folder, secret }: ServerKeySource): Promise<Uint8Array> {
  if (secret !== undefined) return keyOf(secret, 'TANGENT_SECRET_KEY');
  const file = path.join(folder, 'secret.key');
  const existing = await read(file);
  if (existing !== null) return keyOf(existing, file);
  await mkdir(folder, { recursive: true });
  // Written beside it and linked: of processes that start at once one wins, and none reads half a key.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return keyOf(await readFile(file, 'utf8'), file);
}

function keyOf(text: string, where: string): Uint8Array {
  const secret = text.trim();
  if (secret.length < shortest)
    throw new Error(
      `${where} holds ${secret.length} characters; write at least ${shortest} random ones, such as of: openssl rand -base64 32`,
    );
  return createHash('sha256').update('tangent server key\0').update(secret).digest();
}

async function read(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
