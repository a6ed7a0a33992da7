/** A WebSocket, as much of it as vendors' feeds need. Listeners are set before the first message can arrive. */
export interface Socket {
  send(text: string | Uint8Array): void;
  /** Asks for a normal end; `onClose` follows. */
  close(): void;
  /** Bytes that were accepted but not sent. */
  bufferedBytes(): number;
}

export interface SocketListeners {
  onOpen?(): void;
  /** A text frame as its UTF-8 bytes (`binary` false), or a binary one. The bytes are the listener's to keep. */
  onMessage(bytes: Uint8Array, binary: boolean): void;
  /** Once, whatever ended it. `failure` never holds the address's query, which may carry a key. */
  onClose(reason: { code: number; text: string; failure?: Error }): void;
}

/** Opens a connection; also answers pings. */
export type OpenSocket = (
  address: { url: string; headers?: Record<string, string>; protocols?: string[] },
  listeners: SocketListeners,
) => Socket;
