import { WebSocket } from 'ws';
import type { OpenSocket } from '../ports/socket.ts';

/** Longer frames are no market data. */
const LONGEST_FRAME = 16 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;

/** WebSockets of the `ws` package; pings are answered by itself. */
export const openSocket: OpenSocket = ({ url, headers, protocols }, { onOpen, onMessage, onClose }) => {
  const socket = new WebSocket(url, protocols ?? [], {
    headers: headers ?? {},
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: LONGEST_FRAME,
    perMessageDeflate: false,
  });
  let failure: Error | undefined;
  socket.on('open', () => onOpen?.());
  socket.on('message', (bytes: Buffer, binary) => onMessage(bytes, binary));
  // `close` always follows an error, and tells its listeners once.
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', (code, reason) =>
    onClose({ code, text: reason.toString('utf8'), ...(failure ? { failure } : {}) }),
  );
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    bufferedBytes: () => socket.bufferedAmount,
  };
};
