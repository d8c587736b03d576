import type { SecureContext } from 'node:tls';
import { capability, has, offeredCapabilities } from './capabilities.ts';
import { makeNonce } from './nonce.ts';
import { writeGreeting } from './packets/greeting.ts';
import { type LoginRequest, readLoginRequest } from './packets/login-request.ts';
import { ProtocolError } from './protocol-error.ts';
import type { Transport } from './transport.ts';

/** The plugin the greeting names. Accounts with another are asked again by AuthSwitch. */
const defaultPlugin = 'caching_sha2_password';
/** What clients without PLUGIN_AUTH answer with. */
const nativePlugin = 'mysql_native_password';

export type Greeter = Readonly<{
  serverVersion: string;
  connectionId: number;
  secureContext: SecureContext | undefined;
}>;

export type Hello = Readonly<{
  request: LoginRequest;
  nonce: Buffer;
  /** What both sides can do. */
  capabilities: number;
  /** The plugin that made the client's first answer. */
  plugin: string;
}>;

/** Greets, lets the client turn to TLS, and reads its login. Throws ProtocolError. */
export async function greet(transport: Transport, greeter: Greeter): Promise<Hello> {
  const nonce = makeNonce();
  const { secureContext, serverVersion, connectionId } = greeter;
  const offered = offeredCapabilities(secureContext !== undefined);
  const greeting = { serverVersion, connectionId, nonce, capabilities: offered, plugin: defaultPlugin };
  await transport.send((writer) => writeGreeting(writer, greeting));
  const request = await readLogin(transport, secureContext);
  const capabilities = (offered & request.capabilities) >>> 0;
  const plugin = request.plugin ?? (has(capabilities, capability.PLUGIN_AUTH) ? '' : nativePlugin);
  return { request, nonce, capabilities, plugin };
}

async function readLogin(transport: Transport, context: SecureContext | undefined): Promise<LoginRequest> {
  const first = readLoginRequest(await transport.receive(), context !== undefined);
  if (first.kind === 'login') return first;
  if (context === undefined) throw new ProtocolError('bad_handshake', 'bad handshake: TLS is not offered');
  await transport.upgrade(context);
  const second = readLoginRequest(await transport.receive(), false);
  if (second.kind === 'login') return second;
  throw new ProtocolError('bad_handshake', 'bad handshake: TLS was asked for twice');
}
