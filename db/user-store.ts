import { and, asc, eq, gt } from 'drizzle-orm';
import { AppError } from '../src/domain/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { UserStore } from '../src/ports/store.ts';
import type { Database } from './client.ts';
import { codeOf } from './failures.ts';
import { sessions, users } from './tables/index.ts';

const UNIQUE_VIOLATION = '23505';

export function userStore({ db }: Database, clock: Pick<Clock, 'now'>): UserStore {
  return {
    async byId(id) {
      const [row] = await db.select().from(users).where(eq(users.id, id));
      return row && userOf(row);
    },
    async byName(name) {
      const [row] = await db.select().from(users).where(eq(users.name, name));
      return row && userOf(row);
    },
    /** Creates or changes. Throws `conflict` when another user has the name. */
    async save(user) {
      const row = { ...user, passwordHash: user.passwordHash ?? null };
      try {
        await db.insert(users).values(row).onConflictDoUpdate({ target: users.id, set: row });
      } catch (cause) {
        if (codeOf(cause) !== UNIQUE_VIOLATION) throw cause;
        throw new AppError('conflict', `There is already a user named ${user.name}.`, { cause });
      }
    },
    async list() {
      return (await db.select().from(users).orderBy(asc(users.createdAt), asc(users.id))).map(userOf);
    },
    async saveSession(session) {
      await db
        .insert(sessions)
        .values(session)
        .onConflictDoUpdate({ target: sessions.tokenHash, set: { ...session } });
    },
    /** Ended and expired sessions are alike: there is none. */
    async session(tokenHash) {
      const [row] = await db
        .select()
        .from(sessions)
        .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, clock.now())));
      return row;
    },
    async endSession(tokenHash) {
      await db.delete(sessions).where(eq(sessions.tokenHash, tokenHash));
    },
  };
}

function userOf({ passwordHash, ...row }: typeof users.$inferSelect) {
  return passwordHash === null ? row : { ...row, passwordHash };
}
