import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import { DAY, SECOND, type Timestamp } from '../../domain/time.ts';
import type { Session, User } from '../../ports/store.ts';
import type { ApiDeps } from '../deps.ts';
import type { Principal } from '../env.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { ownerScopes } from './scopes.ts';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Compares in the same time whatever differs. */
const sameText = (a: string, b: string) => timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));

export const OWNER = 'owner';
/** Label of the token that lies in DATA_DIR: who reads that folder owns the desk anyway. */
export const LOCAL = 'local';
const SESSION_LIFE = 30 * DAY;
/** How long a session read from the store is believed; a sign-out elsewhere counts after this at the latest. */
const REMEMBERED = 5 * SECOND;
/** Bound of what is remembered, so that a flood of made-up tokens holds no memory. */
const REMEMBERED_COUNT = 10_000;

/** Sign-in, sessions and passwords of the desk's owner. */
export function createSessions({ auth, clock, ids }: Pick<ApiDeps, 'auth' | 'clock' | 'ids'>) {
  const { users, startToken, localToken, freshToken } = auth;
  const remembered = new Map<string, { principal: Omit<Principal, 'by'> | undefined; until: Timestamp }>();
  const decoy = hashPassword('nobody');
  const endings = new Map<string, Set<() => void>>();

  async function owner(): Promise<User> {
    const found = await users.byId(OWNER);
    if (found) return found;
    const created: User = { id: OWNER, name: OWNER, role: 'owner', createdAt: clock.now() };
    await users.save(created);
    return created;
  }

  async function open(user: User, label: string, scopes: readonly string[] = ownerScopes, life = SESSION_LIFE) {
    const token = freshToken();
    const now = clock.now();
    const session: Session = {
      tokenHash: sha256(token),
      userId: user.id,
      scopes: [...scopes],
      createdAt: now,
      expiresAt: now + life,
      label,
    };
    await users.saveSession(session);
    return { token, session };
  }

  async function find(token: string): Promise<Omit<Principal, 'by'> | undefined> {
    if (localToken !== undefined && sameText(token, localToken)) {
      return { userId: OWNER, label: LOCAL, scopes: ownerScopes };
    }
    const tokenHash = sha256(token);
    const now = clock.now();
    const known = remembered.get(tokenHash);
    if (known && known.until > now) return known.principal;
    const session = await users.session(tokenHash);
    const valid = session && session.expiresAt > now ? session : undefined;
    const principal = valid && {
      userId: valid.userId,
      label: valid.label,
      scopes: valid.scopes,
      tokenHash,
      expiresAt: valid.expiresAt,
    };
    if (remembered.size >= REMEMBERED_COUNT) remembered.clear();
    remembered.set(tokenHash, { principal, until: Math.min(now + REMEMBERED, valid?.expiresAt ?? now + REMEMBERED) });
    return principal;
  }

  return {
    find,
    open,
    owner,
    passwordSet: async () => (await owner()).passwordHash !== undefined,
    /** The owner, when `token` is the printed link's and no password was set yet. Throws `unauthorized`. */
    async byStartToken(token: string): Promise<User> {
      const user = await owner();
      const valid = startToken !== undefined && user.passwordHash === undefined && sameText(token, startToken);
      if (!valid) {
        throw new AppError('unauthorized', 'This sign-in link is not valid (any more).', {
          hint: user.passwordHash
            ? 'A password was set, so the link no longer works: sign in with the password.'
            : 'Open the link that the server printed at its latest start.',
        });
      }
      return user;
    },
    /** Throws `unauthorized`, after the same work whether or not the name exists. */
    async byPassword(name: string, password: string): Promise<User> {
      const user = await users.byName(name);
      const correct = await verifyPassword(password, user?.passwordHash ?? (await decoy));
      if (!user?.passwordHash || !correct) {
        throw new AppError('unauthorized', 'The name or the password is wrong.', {
          hint: 'Try again; the owner is called "owner". Without a password yet, use the link that the server printed.',
        });
      }
      return user;
    },
    async setPassword(userId: string, password: string, current: string | undefined): Promise<void> {
      const user = (await users.byId(userId)) ?? (await owner());
      if (user.passwordHash && !(current !== undefined && (await verifyPassword(current, user.passwordHash)))) {
        throw new AppError('unauthorized', 'The current password is wrong.', {
          hint: 'Give the current password to set a new one.',
        });
      }
      await users.save({ ...user, passwordHash: await hashPassword(password) });
    },
    /** For an owner who lost it; the printed link signs in again. */
    async forgetPassword(): Promise<void> {
      const { passwordHash: _, ...user } = await owner();
      await users.save(user);
    },
    async end(tokenHash: string): Promise<void> {
      remembered.delete(tokenHash);
      await users.endSession(tokenHash);
      for (const listener of endings.get(tokenHash) ?? []) listener();
    },
    /** Told when the session ends here, for what outlives a request. Returns the unsubscribe function. */
    onEnd(tokenHash: string | undefined, listener: () => void): () => void {
      if (tokenHash === undefined) return () => {};
      const known = endings.get(tokenHash) ?? new Set();
      endings.set(tokenHash, known.add(listener));
      return () => {
        known.delete(listener);
        if (known.size === 0) endings.delete(tokenHash);
      };
    },
    newLabel: (kind: string) => `${kind} ${ids.next('key')}`,
  };
}
export type Sessions = ReturnType<typeof createSessions>;
