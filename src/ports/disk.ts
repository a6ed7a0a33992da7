/** Files below one folder. Paths are relative and may not leave it. */
export interface Disk {
  read(path: string): Promise<Uint8Array | undefined>;
  /** Atomic: written aside, synced, then renamed. */
  write(path: string, content: Uint8Array): Promise<void>;
  list(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
}
