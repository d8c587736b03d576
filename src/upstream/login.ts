import { ServerError } from '../base/server-error.ts';
import { SqlError } from '../base/sql-error.ts';
import { capability, has } from '../wire/capabilities.ts';
import { cachingSha2 } from '../wire/packets/auth-exchange.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { PacketReader } from '../wire/reader.ts';
import { type UpstreamAccount, addressOf } from './account.ts';
import { loginAnswer, readErr, readGreeting, type ServerGreeting, tlsRequest } from './packets.ts';
import { encryptPassword, nativeScramble, sha2Scramble } from './scramble.ts';
import { lostConnection, type UpstreamStream } from './stream.ts';

/** What the client asked us for, to be asked of the server in its place. */
export type ClientWishes = Readonly<{ capabilities: number; collation: number }>;

export type LoggedIn = Readonly<{ greeting: ServerGreeting; capabilities: number }>;

/** Taken over from the client. LOCAL_FILES is never asked for: a hostile server could read files with it. */
const taken =
  capability.FOUND_ROWS |
  capability.LONG_FLAG |
  capability.IGNORE_SPACE |
  capability.INTERACTIVE |
  capability.MULTI_STATEMENTS |
  capability.MULTI_RESULTS |
  capability.PS_MULTI_RESULTS |
  capability.DEPRECATE_EOF;
/** Asked for whatever the client can do. */
const own =
  capability.LONG_PASSWORD |
  capability.PROTOCOL_41 |
  capability.TRANSACTIONS |
  capability.SECURE_CONNECTION |
  capability.PLUGIN_AUTH |
  capability.PLUGIN_AUTH_LENENC;

/** utf8mb4_general_ci, known everywhere; 255 is a collation of MySQL 8 that others take for none. */
const commonCollation = 45;
const mysql8Collation = 255;

const okHeader = 0x00;
const moreDataHeader = 0x01;
const switchHeader = 0xfe;
const errHeader = 0xff;

/**
 * The client's half of the handshake, TLS included. Throws SqlError `access_denied` for what the server refuses,
 * `upstream_tls`, or `upstream_lost`.
 */
export async function logIn(
  stream: UpstreamStream,
  account: UpstreamAccount,
  wishes: ClientWishes,
  signal: AbortSignal,
): Promise<LoggedIn> {
  try {
    return await exchange(stream, account, wishes, signal);
  } catch (error) {
    if (error instanceof ProtocolError) throw lostConnection(addressOf(account), error);
    if (!(error instanceof ServerError)) throw error;
    throw new SqlError('access_denied', `${addressOf(account)} refuses the login: ${error.message}`, {
      cause: error,
      hint: `The server answered error ${error.number}. Look at "user" and "password", and at the hosts that it may come from.`,
    });
  }
}

async function exchange(
  stream: UpstreamStream,
  account: UpstreamAccount,
  wishes: ClientWishes,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const greeting = readGreeting((await stream.packet()).payload);
  const useTls = wantsTls(account, greeting);
  const wanted = own | (wishes.capabilities & taken) | (useTls ? capability.SSL : 0);
  const capabilities = (wanted & greeting.capabilities) >>> 0;
  const collation = collationFor(greeting, wishes.collation);
  let sequence = 1;
  if (useTls) {
    stream.write(tlsRequest({ capabilities, collation }), sequence++);
    await stream.upgrade(account, signal);
  }
  const plugin = greeting.plugin === '' ? 'mysql_native_password' : greeting.plugin;
  const password = account.password.reveal();
  const response = scrambleBy(plugin, password, greeting.nonce) ?? Buffer.alloc(0);
  const { user } = account;
  stream.write(
    loginAnswer({ capabilities, collation, user, response, plugin, database: undefined }),
    sequence,
  );
  await prove(stream, password, { plugin, nonce: greeting.nonce });
  return { greeting, capabilities };
}

function wantsTls(account: UpstreamAccount, greeting: ServerGreeting): boolean {
  if (account.tls.mode === 'disabled') return false;
  if (has(greeting.capabilities, capability.SSL)) return true;
  throw new SqlError('upstream_tls', `${addressOf(account)} offers no TLS, which "tls" asks for`, {
    hint: 'Give the server a certificate, or set "tls" to "disabled" where the network is trusted.',
  });
}

function collationFor(greeting: ServerGreeting, wanted: number): number {
  const isMariadb = /mariadb/i.test(greeting.serverVersion);
  return wanted === 0 || (isMariadb && wanted === mysql8Collation) ? commonCollation : wanted;
}

/** Answers what the server asks until it says OK. */
async function prove(
  stream: UpstreamStream,
  password: string,
  begun: Readonly<{ plugin: string; nonce: Buffer }>,
): Promise<void> {
  let { plugin, nonce } = begun;
  for (;;) {
    const { payload, sequence } = await stream.packet();
    switch (payload[0]) {
      case okHeader:
        return;
      case errHeader:
        throw readErr(payload);
      case switchHeader: {
        const asked = readSwitch(payload);
        ({ plugin, nonce } = asked);
        const response = scrambleBy(plugin, password, nonce);
        if (response === undefined) throw new ServerError(1251, '08004', unknownPlugin(plugin));
        stream.write(response, sequence + 1);
        break;
      }
      case moreDataHeader:
        await moreData(stream, password, { payload, sequence, plugin, nonce });
        break;
      default:
        throw new ServerError(1043, '08S01', 'the server answered the login with something unknown');
    }
  }
}

type MoreData = Readonly<{ payload: Buffer; sequence: number; plugin: string; nonce: Buffer }>;

/** caching_sha2_password: the scramble sufficed, or the server wants the password itself. */
async function moreData(stream: UpstreamStream, password: string, data: MoreData): Promise<void> {
  const { payload, sequence, plugin, nonce } = data;
  if (plugin !== 'caching_sha2_password') throw new ServerError(1251, '08004', unknownPlugin(plugin));
  if (payload[1] === cachingSha2.fastSucceeded) return;
  if (payload[1] !== cachingSha2.fullRequired) {
    throw new ServerError(1043, '08S01', 'the server answered the login with something unknown');
  }
  if (stream.isSecure) {
    stream.write(Buffer.from(`${password}\0`), sequence + 1);
    return;
  }
  stream.write(Buffer.of(cachingSha2.requestPublicKey), sequence + 1);
  const key = await stream.packet();
  if (key.payload[0] === errHeader) throw readErr(key.payload);
  stream.write(encryptPassword(password, nonce, key.payload.subarray(1)), key.sequence + 1);
}

function readSwitch(payload: Buffer): { plugin: string; nonce: Buffer } {
  const reader = new PacketReader(payload);
  reader.skip(1);
  if (reader.remaining === 0) return { plugin: 'mysql_old_password', nonce: Buffer.alloc(0) };
  const plugin = reader.nulTerminatedText();
  return { plugin, nonce: reader.rest().subarray(0, 20) };
}

/** Undefined for a plugin that is not spoken here. */
function scrambleBy(plugin: string, password: string, nonce: Buffer): Buffer | undefined {
  switch (plugin) {
    case 'mysql_native_password':
      return nativeScramble(password, nonce);
    case 'caching_sha2_password':
      return sha2Scramble(password, nonce);
    default:
      return undefined;
  }
}

function unknownPlugin(plugin: string): string {
  return (
    `the account logs in by '${plugin}', which is not spoken here: ` +
    'use an account with caching_sha2_password or mysql_native_password'
  );
}
