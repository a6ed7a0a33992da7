import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../../domain/errors.ts';

/** A file without its packing, as it comes: gzip is unpacked, UTF-16 becomes UTF-8. Read `bytes` to its end. */
export interface PlainFile {
  compressed: boolean;
  encoding: 'utf-8' | 'utf-16';
  bytes: AsyncIterable<Uint8Array>;
}

/** Throws `bad_file` while it is read, when what is packed ends too early or is damaged. */
export async function plainFile(chunks: AsyncIterable<Uint8Array>): Promise<PlainFile> {
  const packed = await peek(chunks, 2);
  const compressed = packed.first[0] === 0x1f && packed.first[1] === 0x8b;
  const plain = compressed ? await peek(unpacked(packed.all), 2) : packed;
  const [one, two] = plain.first;
  const mark = one === 0xff && two === 0xfe ? 'utf-16le' : one === 0xfe && two === 0xff ? 'utf-16be' : undefined;
  return {
    compressed,
    encoding: mark ? 'utf-16' : 'utf-8',
    bytes: mark ? transcoded(plain.all, mark) : plain.all,
  };
}

/** The first bytes, and all of them again. */
async function peek(chunks: AsyncIterable<Uint8Array>, count: number) {
  const source = chunks[Symbol.asyncIterator]();
  let first = new Uint8Array();
  while (first.length < count) {
    const { value, done } = await source.next();
    if (done) break;
    first = Buffer.concat([first, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  return { first, all: all() };
}

async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const source = Readable.from(chunks, { objectMode: false });
  source.once('error', (failure) => gunzip.destroy(failure));
  source.pipe(gunzip);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw badGzip(cause);
  } finally {
    source.destroy();
  }
}

/** One message for both ways in. */
export const badGzip = (cause: unknown) =>
  new AppError('bad_file', 'The file ends too early or is not gzip.', {
    cause,
    hint: 'Download it again; compare its size with what the vendor states. Nothing was stored.',
  });

async function* transcoded(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
}
