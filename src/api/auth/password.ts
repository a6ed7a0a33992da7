import { randomFillSync, scrypt, timingSafeEqual } from 'node:crypto';

const COST = 2 ** 15;
const BLOCK = 8;
const LENGTH = 32;

const derive = (password: string, salt: Buffer, cost: number, block: number) =>
  new Promise<Buffer>((resolve, reject) => {
    // Node's default ceiling is exactly what this cost needs; a little headroom keeps it from refusing.
    const options = { N: cost, r: block, p: 1, maxmem: 256 * cost * block };
    scrypt(password.normalize('NFKC'), salt, LENGTH, options, (failure, key) =>
      failure ? reject(failure) : resolve(key),
    );
  });

/** Salted scrypt as text: `scrypt$N$r$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomFillSync(Buffer.alloc(16));
  const key = await derive(password, salt, COST, BLOCK);
  return ['scrypt', COST, BLOCK, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** False for a wrong password and for a hash of another form. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [scheme, cost, block, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || !cost || !block || !salt || !key) return false;
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), Number(cost), Number(block));
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
