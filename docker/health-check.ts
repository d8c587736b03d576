/**
 * Exits with 0 when a MySQL server greets at the host and port of the arguments. Logs in nowhere, so that it needs
 * no account. The reason of a failure goes to standard error, which `docker inspect` shows.
 */
import { connect } from 'node:net';

/** Below the 5 s that the Dockerfile gives to a check. */
const timeoutMs = 4_000;
/** "Protocol::HandshakeV10" of the protocol manual: four bytes of header, then this version. */
const headerBytes = 4;
const protocolVersion = 10;

const [host = '127.0.0.1', port = '9030'] = process.argv.slice(2);
const socket = connect({ host, port: Number(port), timeout: timeoutMs });
socket.on('timeout', () => end('no greeting in time'));
socket.on('error', (error) => end(error.message));
socket.on('end', () => end('closed without a greeting'));
let greeting = Buffer.alloc(0);
socket.on('data', (bytes) => {
  greeting = Buffer.concat([greeting, bytes]);
  if (greeting.length > headerBytes) {
    const isGreeting = greeting[headerBytes] === protocolVersion;
    end(isGreeting ? undefined : 'the answer is no greeting');
  }
});

function end(failure: string | undefined): void {
  socket.destroy();
  if (failure !== undefined) process.stderr.write(`${host}:${port}: ${failure}\n`);
  process.exit(failure === undefined ? 0 : 1);
}
