import { WebSocket } from 'ws';
import type { OpenSocket } from '../ports/socket.ts';

/** Longer frames are no market data. */
const LONGEST_FRAME = 16 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;

/** WebSockets of the `ws` package; pings are answered by itself. */
export const openSocket: OpenSocket = ({ url, headers, protocols }, { onOpen, onMessage, onAlive, onClose }) => {
  const socket = new WebSocket(url, protocols ?? [], {
    headers: headers ?? {},
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: LONGEST_FRAME,
    perMessageDeflate: false,
  });
  let failure: Error | undefined;
  let status: number | undefined;
  socket.on('open', () => onOpen?.());
  socket.on('message', (bytes: Buffer, binary) => onMessage(bytes, binary));
  socket.on('ping', () => onAlive?.());
  socket.on('pong', () => onAlive?.());
  socket.on('unexpected-response', (_request, response) => {
    status = response.statusCode;
    response.resume();
    socket.terminate();
  });
  // `close` always follows an error, and tells its listeners once.
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', (code, reason) =>
    onClose({
      ...{ code, text: reason.toString('utf8') },
      ...(status === undefined ? {} : { status }),
      ...(failure ? { failure } : {}),
    }),
  );
  return {
    send: (text) => socket.send(text),
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close: () => socket.close(),
    drop: () => socket.terminate(),
    bufferedBytes: () => socket.bufferedAmount,
  };
};
