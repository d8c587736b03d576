import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { capability } from '../../src/wire/capabilities.ts';
import { RawClient, errorOf, loginPacket, nonceOf, usualCapabilities } from './support/raw-client.ts';
import { startTestServer } from './support/test-server.ts';

const good = { user: 'native', password: 'pw' };
/** Fewer than a nightly run would do: the machine that tests has other work. */
const numRuns = 150;

const mutations = fc.array(
  fc.record({ at: fc.nat(200), to: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert') }),
  { minLength: 1, maxLength: 4 },
);
type Mutations = readonly Readonly<{ at: number; to: number; kind: string }>[];

describe('mutated packets', () => {
  it('of a login are answered by OK, ERR, a switch or more data, and never harm the server', async () => {
    await using server = await startTestServer();
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        using client = await RawClient.connect(server.port);
        const login = loginPacket(good, nonceOf(await client.payload()));
        client.send(1, mutated(login, changes));
        const first = await client.payload();
        assert.ok([0x00, 0x01, 0xfe, 0xff].includes(first[0] ?? -1), first.toString('hex'));
      }),
      { numRuns },
    );
    using after = await RawClient.loggedIn(server.port, good);
    after.command(14);
    assert.equal((await after.payload())[0], 0);
  });

  it('of a compressed connection end it, and harm no other', async () => {
    await using server = await startTestServer();
    const capabilities = usualCapabilities | capability.COMPRESS;
    const ping = Buffer.concat([Buffer.of(5, 0, 0, 0, 0, 0, 0), Buffer.of(1, 0, 0, 0, 14)]);
    const bomb = deflateSync(Buffer.alloc(20_000_000));
    const header = Buffer.alloc(7);
    header.writeUIntLE(bomb.length, 0, 3);
    header.writeUIntLE(100, 4, 3);
    using other = await RawClient.loggedIn(server.port, good);
    for (const sent of [Buffer.concat([header, bomb]), Buffer.concat([ping, header, bomb])]) {
      using client = await RawClient.loggedIn(server.port, { ...good, capabilities });
      client.raw(sent);
      await client.rest();
    }
    other.command(14);
    assert.equal((await other.payload())[0], 0);
  });

  const commands = fc.constantFrom(
    '0373656c6563742031',
    '0273686f70',
    '04740000',
    '0c09000000',
    '1b0000',
    '1673656c656374203f',
    '170100000000010000000001fd000161',
    '1701000000000100000000010c000be8070102030405060708090a',
    '1801000000000061',
    '1901000000',
    '1a01000000',
    '1c0100000001000000',
    '09',
    '0d',
    '0e',
    '1f',
  );

  it('of commands get one whole answer, none by the protocol, or one error and the end', async () => {
    await using server = await startTestServer();
    await fc.assert(
      fc.asyncProperty(commands, mutations, async (command, changes) => {
        using client = await RawClient.loggedIn(server.port, good);
        client.command(22, 'select ?');
        await readAnswer(client, 22);
        const packet = mutated(Buffer.from(command, 'hex'), changes);
        client.send(0, packet);
        if (packet[0] === 17 || packet[0] === 1) return; // A new login, or the end: the other tests have them.
        client.command(14);
        const isOpen = await readAnswer(client, packet[0] ?? -1);
        if (isOpen) assert.equal((await client.payload()).toString('hex'), '00000002000000');
        else assert.equal(await client.packet(), undefined);
      }),
      { numRuns: numRuns * 2 },
    );
  });
});

/** Reads exactly one answer to a command. False when it was an error that ends the connection. */
async function readAnswer(client: RawClient, code: number): Promise<boolean> {
  if (code === 25 || code === 24) {
    // No answer; whether the packet was well-formed shows in what follows.
    const next = await client.packet();
    if (next?.payload[0] !== 0xff) return restore(client, next?.payload);
    assert.equal(errorOf(next.payload).number, 1835);
    return false;
  }
  const first = await client.payload();
  if (first[0] === 0xff) return errorOf(first).number !== 1835;
  if (code === 3 || code === 23) return readRows(client, first);
  if (code === 4) return readUntilEnd(client, first);
  if (code === 22) await readDefinitions(client, first);
  return true;
}

/** The answer of the PING behind a command without answer: it is asked again, so that it is read where expected. */
function restore(client: RawClient, payload: Buffer | undefined): boolean {
  assert.equal(payload?.[0], 0);
  client.command(14);
  return true;
}

async function readRows(client: RawClient, first: Buffer): Promise<boolean> {
  if (first[0] === 0) return true;
  for (let left = first[0] ?? 0; left > 0; left--) await client.payload();
  return readUntilEnd(client, await client.payload());
}

async function readUntilEnd(client: RawClient, first: Buffer): Promise<boolean> {
  let next = first;
  while (next[0] !== 0xfe && next[0] !== 0xff) next = await client.payload();
  return next[0] === 0xfe;
}

async function readDefinitions(client: RawClient, head: Buffer): Promise<void> {
  for (let left = head.readUInt16LE(5) + head.readUInt16LE(7); left > 0; left--) await client.payload();
}

function mutated(packet: Buffer, changes: Mutations): Buffer {
  let bytes = Buffer.from(packet);
  for (const { at, to, kind } of changes) {
    const index = bytes.length === 0 ? 0 : at % bytes.length;
    if (kind === 'cut') bytes = bytes.subarray(0, index);
    else if (kind === 'set' && bytes.length > 0) bytes[index] = to;
    else bytes = Buffer.concat([bytes.subarray(0, index), Buffer.of(to), bytes.subarray(index)]);
  }
  return bytes;
}
