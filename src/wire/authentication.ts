import type { Secret } from '../base/secret.ts';
import type { AccountVerifier, Authenticator } from './authenticator.ts';
import type { LoginDeadline } from './login-deadline.ts';
import { cachingSha2, writeAuthMoreData, writeAuthSwitch } from './packets/auth-exchange.ts';
import { ProtocolError } from './protocol-error.ts';
import { type RsaExchange, passwordOf } from './rsa-exchange.ts';
import type { Exchange } from './transport.ts';

/** Longer passwords are refused unread: hashing cost must not grow with what a stranger sends. */
const passwordBytesMax = 1_024;
const scrambleBytes = { caching_sha2_password: 32, mysql_native_password: 20 } as const;

export type Claim = Readonly<{
  user: string;
  address: string;
  nonce: Buffer;
  /** What the client answered already, and by which plugin; `undefined` asks it by an AuthSwitch first. */
  answer: Readonly<{ plugin: string; response: Buffer }> | undefined;
  /** The client knows PLUGIN_AUTH: without it, it can do native passwords only and cannot be asked again. */
  canSwitch: boolean;
}>;

/**
 * Finds out whether the peer is who it claims to be: one attempt, reported to the authenticator whatever happens.
 * Returns the account's verifier; throws ProtocolError `access_denied` or `host_blocked`, or what closed the
 * connection.
 */
export async function authenticate(
  exchange: Exchange,
  authenticator: Authenticator,
  claim: Claim,
  { rsa, deadline }: Readonly<{ rsa: RsaExchange | undefined; deadline: LoginDeadline }>,
): Promise<AccountVerifier> {
  const { user, address } = claim;
  const waitMs = authenticator.throttle(user, address);
  if (waitMs > 0) throw hostBlocked(address, waitMs);
  let succeeded = false;
  try {
    const verifier = await authenticator.verifier(user, address);
    const response = await obtainResponse(exchange, claim, verifier);
    succeeded = await verify(exchange, verifier, response, { nonce: claim.nonce, rsa, deadline });
    if (!succeeded) throw accessDenied(claim, response.length > 0);
    return verifier;
  } finally {
    authenticator.report(user, address, succeeded);
  }
}

type Means = Readonly<{ nonce: Buffer; rsa: RsaExchange | undefined; deadline: LoginDeadline }>;

async function obtainResponse(exchange: Exchange, claim: Claim, verifier: AccountVerifier): Promise<Buffer> {
  const { answer, nonce } = claim;
  if (answer !== undefined && answer.plugin === verifier.plugin) return withoutEmptyMark(answer.response);
  if (!claim.canSwitch) {
    const text = `client does not support the authentication method '${verifier.plugin}'`;
    throw new ProtocolError('login_method_not_supported', text);
  }
  await exchange.send((writer) => writeAuthSwitch(writer, verifier.plugin, nonce));
  return withoutEmptyMark(await exchange.receive());
}

/** caching_sha2_password's empty password is sent as nothing or as one NUL. */
function withoutEmptyMark(response: Buffer): Buffer {
  return response.length === 1 && response[0] === 0 ? response.subarray(1) : response;
}

async function verify(
  exchange: Exchange,
  verifier: AccountVerifier,
  response: Buffer,
  means: Means,
): Promise<boolean> {
  if (response.length === 0) return verifier.isPasswordless;
  if (response.length !== scrambleBytes[verifier.plugin]) return false;
  const verdict = verifier.verifyScramble(response, means.nonce);
  if (verifier.plugin === 'mysql_native_password') return verdict === 'accepted';
  if (verdict === 'refused') return false;
  if (verdict === 'accepted') {
    // The client says nothing to it: it goes out with the OK or the error that follows.
    exchange.packet((writer) => writeAuthMoreData(writer, Buffer.of(cachingSha2.fastSucceeded)));
    return true;
  }
  const password = await obtainPassword(exchange, means);
  return password !== undefined && means.deadline.resting(verifier.verifyPassword(password));
}

/** The password itself: in clear over TLS only, else under our public key. */
async function obtainPassword(
  exchange: Exchange,
  { nonce, rsa, deadline }: Means,
): Promise<Secret | undefined> {
  await exchange.send((writer) => writeAuthMoreData(writer, Buffer.of(cachingSha2.fullRequired)));
  const first = await exchange.receive();
  if (exchange.isSecure) return bounded(passwordOf(first));
  if (rsa === undefined) return undefined;
  const isKeyWanted = first.length === 1 && first[0] === cachingSha2.requestPublicKey;
  if (!isKeyWanted) return bounded(await deadline.resting(rsa.decrypt(first, nonce)));
  const key = await deadline.resting(rsa.publicKeyPem());
  await exchange.send((writer) => writeAuthMoreData(writer, key));
  const answer = await exchange.receive();
  return bounded(await deadline.resting(rsa.decrypt(answer, nonce)));
}

function bounded(password: Secret | undefined): Secret | undefined {
  const isBounded = password !== undefined && password.reveal().length <= passwordBytesMax;
  return isBounded ? password : undefined;
}

/** Clauses of the account, known only to who has proved to be its user. Throws MySQL's 3118, 1045. */
export function requireOpen(verifier: AccountVerifier, claim: Claim, isSecure: boolean): void {
  if (verifier.isLocked === true) {
    const text = `Access denied for user '${claim.user}'@'${claim.address}'. Account is locked.`;
    throw new ProtocolError('account_locked', text);
  }
  if (verifier.requiresTls === true && !isSecure) throw accessDenied(claim, true);
}

function accessDenied(claim: Claim, withPassword: boolean): ProtocolError {
  const text = `Access denied for user '${claim.user}'@'${claim.address}' (using password: ${withPassword ? 'YES' : 'NO'})`;
  return new ProtocolError('access_denied', text);
}

function hostBlocked(address: string, waitMs: number): ProtocolError {
  const seconds = Math.ceil(waitMs / 1_000);
  const text = `Host '${address}' is blocked because of many failed logins; try again in ${seconds} s`;
  return new ProtocolError('host_blocked', text);
}
