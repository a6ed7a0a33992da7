import type { Session, SettingStore, User, UserStore } from '../ports/store.ts';

/** Users and sessions in memory, for tests of the doors; the database's own store has its contract tests. */
export function memoryUsers(): UserStore & { sessions: Map<string, Session> } {
  const users = new Map<string, User>();
  const sessions = new Map<string, Session>();
  return {
    sessions,
    byId: async (id) => users.get(id),
    byName: async (name) => [...users.values()].find((user) => user.name === name),
    save: async (user) => void users.set(user.id, user),
    list: async () => [...users.values()],
    saveSession: async (session) => void sessions.set(session.tokenHash, session),
    session: async (hash) => sessions.get(hash),
    endSession: async (hash) => void sessions.delete(hash),
  };
}

export function memorySettings(): SettingStore {
  const settings = new Map<string, string>();
  return {
    get: async <T>(name: string) => {
      const text = settings.get(name);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    set: async (name, value) => void settings.set(name, JSON.stringify(value)),
  };
}
