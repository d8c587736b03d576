import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { checkGreeting } from '../../src/doctor/greeting.ts';

/** Far longer than a greeting is late on a machine that has other work. */
const patientMs = 60_000;
/** For a server that says nothing. */
const shortMs = 300;

type Visit = Readonly<{ level: string; text: string; port: number }>;

/** What the doctor says of a server that does `greet` with each connection. */
async function visit(greet: (socket: Socket) => void, timeoutMs: number = patientMs): Promise<Visit> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return { port, ...(await ask(port, timeoutMs)) };
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

async function ask(port: number, timeoutMs: number): Promise<Omit<Visit, 'port'>> {
  const { level, text } = await checkGreeting({ host: '127.0.0.1', port }, timeoutMs);
  return { level, text: text.replace(`127.0.0.1:${port}`, 'HOST:PORT') };
}

function packet(payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  return Buffer.concat([header, payload]);
}

const greeting = packet(Buffer.from('\x0a8.0.36-Holdfast-0.1.0\0and more', 'latin1'));
const refusal = packet(Buffer.from('\xff\x10\x04#08004Too many connections', 'latin1'));
const refusalBefore41 = packet(Buffer.from('\xff\x10\x04Too many connections', 'latin1'));

describe('the greeting that the doctor asks for', () => {
  const healthy: readonly (readonly [name: string, greet: (socket: Socket) => void])[] = [
    ['in one piece', (socket) => socket.write(greeting)],
    ['with more behind it', (socket) => socket.write(Buffer.concat([greeting, Buffer.alloc(500)]))],
    [
      'byte by byte',
      (socket) => {
        socket.setNoDelay(true);
        void (async () => {
          for (const byte of greeting) {
            await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
          }
        })();
      },
    ],
  ];
  for (const [name, greet] of healthy) {
    it(`finds a server healthy that greets ${name}`, async () => {
      const { level, text } = await visit(greet);
      assert.deepEqual([level, text], ['ok', 'HOST:PORT answers as 8.0.36-Holdfast-0.1.0']);
    });
  }

  const ill: readonly (readonly [name: string, greet: (socket: Socket) => void, reason: string])[] = [
    ['hangs up', (socket) => socket.end(), 'it hung up without a greeting'],
    [
      'hangs up in its greeting',
      (socket) => socket.end(greeting.subarray(0, 9)),
      'it hung up without a greeting',
    ],
    ['says nothing', () => undefined, 'no greeting within 300 ms'],
    ['stops in its greeting', (socket) => socket.write(greeting.subarray(0, 9)), 'no greeting within 300 ms'],
    ['is full', (socket) => socket.write(refusal), 'error 1040, Too many connections'],
    ['is full and old', (socket) => socket.write(refusalBefore41), 'error 1040, Too many connections'],
    [
      'is no database',
      (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
      'it does not speak the MySQL protocol',
    ],
    [
      'has a greeting without an end',
      (socket) => socket.write(packet(Buffer.from('\x0a8.0'))),
      'it does not speak the MySQL protocol',
    ],
  ];
  for (const [name, greet, reason] of ill) {
    it(`finds a fault in a server that ${name}, and says so`, async () => {
      const { level, text } = await visit(greet, reason.includes('300 ms') ? shortMs : patientMs);
      assert.deepEqual([level, text], ['fail', `HOST:PORT does not answer: ${reason}`]);
    });
  }

  it('finds a fault in a port where nobody listens', async () => {
    const { port } = await visit(() => undefined, shortMs);
    const { level, text } = await ask(port, patientMs);
    assert.equal(level, 'fail');
    assert.match(
      text,
      /^HOST:PORT does not answer: .*ECONNREFUSED.*; start it, or give the address that it listens on/,
    );
  });

  it('writes an IPv6 address as the command line takes it', async () => {
    // Port 1 of loopback: nobody listens there, or the machine has no IPv6.
    const { text } = await checkGreeting({ host: '::1', port: 1 }, patientMs);
    assert.match(text, /^\[::1\]:1 does not answer: /);
  });
});
