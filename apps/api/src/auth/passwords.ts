import { createHash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const parameters = { N: 2 ** 15, r: 8, p: 1 } as const;
const keyBytes = 32;

const derive = (password: string, salt: Buffer, options: ScryptOptions) =>
  new Promise<Buffer>((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      keyBytes,
      { ...options, maxmem: 128 * 1024 * 1024 },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });

/** `scrypt$N$r$p$salt$key`, base64url: the parameters stay with the hash, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const { N, r, p } = parameters;
  const salt = randomBytes(16);
  const key = await derive(password, salt, parameters);
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Compares in constant time. Without a hash (nobody of that e-mail) it takes as long, and is false. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = (
    stored ?? `scrypt$${parameters.N}$${parameters.r}$${parameters.p}$c2FsdHNhbHRzYWx0c2FsdA$`
  ).split('$');
  if (scheme !== 'scrypt')
    throw new Error(`a password is stored by “${scheme}”, which this version does not know`);
  const found = await derive(password, Buffer.from(salt!, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  const wanted = Buffer.from(key!, 'base64url');
  return wanted.length === found.length && timingSafeEqual(found, wanted);
}

/** A secret that whoever knows the password can make again; guessing at it costs what guessing at the stored hash does. */
export async function secretFrom(password: string, purpose: string): Promise<string> {
  const salt = createHash('sha256').update(purpose).digest();
  return (await derive(password, salt, parameters)).toString('base64url');
}
