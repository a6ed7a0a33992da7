/** A WebSocket, as much of it as vendors' feeds need. Listeners are set before the first message can arrive. */
export interface Socket {
  send(text: string | Uint8Array): void;
  /** Asks the other side whether it is there; its answer is `onAlive`. Does nothing while the connection is not open. */
  ping(): void;
  /** Asks for a normal end; `onClose` follows. */
  close(): void;
  /** Ends it at once without asking the other side, which may be gone; `onClose` follows. */
  drop(): void;
  /** Bytes that were accepted but not sent. */
  bufferedBytes(): number;
}

export interface SocketListeners {
  onOpen?(): void;
  /** A text frame as its UTF-8 bytes (`binary` false), or a binary one. The bytes are the listener's to keep. */
  onMessage(bytes: Uint8Array, binary: boolean): void;
  /** The other side pinged, or answered a ping. */
  onAlive?(): void;
  /**
   * Once, whatever ended it. `status` is the HTTP status of an answer that opened no connection. `failure` never holds
   * the address's query, which may carry a key.
   */
  onClose(reason: { code: number; text: string; status?: number; failure?: Error }): void;
}

export interface SocketAddress {
  url: string;
  headers?: Record<string, string>;
  protocols?: string[];
}

/** Opens a connection; also answers pings. Listeners are called later, never within this call. */
export type OpenSocket = (address: SocketAddress, listeners: SocketListeners) => Socket;
