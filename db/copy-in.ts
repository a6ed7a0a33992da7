import type pg from 'pg';

/** What the driver's connection offers for COPY; its type definitions leave it out. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}

/**
 * Sends rows by PostgreSQL's COPY ... FROM STDIN: all of them are stored, or none. `text` is the statement, `rows` its
 * text format. Answers how many rows it stored.
 */
export function copyIn(client: pg.PoolClient, text: string, rows: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    // The driver hands a statement of ours every message that its connection gets meanwhile.
    const statement = {
      submit: (connection: CopyConnection) => connection.query(text),
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(Buffer.from(rows));
        connection.endCopyFrom();
      },
      handleCommandComplete({ text: tag }: { text: string }) {
        count = Number(/\d+$/.exec(tag)?.[0] ?? 0);
      },
      handleError: reject,
      handleReadyForQuery: () => resolve(count),
    };
    client.query(statement as never);
  });
}
