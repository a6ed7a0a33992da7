/** Bytes that can be read from any place without holding them all. */
export interface ByteSource {
  size: number;
  /** Bytes [from, to), fewer at the end. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** Room for a large file while it is worked on. */
export interface Scratch {
  /** Writes the chunks down as they come; when they fail, nothing is left behind. */
  keep(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource & { drop(): Promise<void> }>;
}
