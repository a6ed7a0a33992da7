/** Files below one folder. Paths are relative and may not leave it. */
export interface Disk {
  read(path: string): Promise<Uint8Array | undefined>;
  /** Atomic: written aside, synced, then renamed. */
  write(path: string, content: Uint8Array): Promise<void>;
  list(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
}

/** Files that several processes change, one after the other. */
export interface SharedDisk {
  /**
   * While `work` runs nobody else sees or changes the files; what it writes is kept whole when it resolves, and not at
   * all when it rejects. `revision` grows with every turn that wrote: unchanged since one's last turn, nobody else
   * wrote. Throws `locked` when another process keeps the files for too long.
   */
  turn<T>(work: (disk: Disk, revision: number) => Promise<T>): Promise<{ value: T; revision: number }>;
}
