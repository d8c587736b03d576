import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type GoogleIdentityOptions = Readonly<{
  /** The server's clock. */
  now?: () => number;
  tokenSeconds?: number;
  /** Answered instead, as often as it gives something. */
  fault?: (count: number) => Readonly<{ status: number; body: string }> | undefined;
}>;

type Answer = Readonly<{ status: number; body: unknown }>;

export const gcloudUser = {
  clientId: 'client-1',
  clientSecret: 'the-client-secret',
  refreshToken: '1//the-refresh',
} as const;
export const serviceAccount = { email: 'backup@project.iam.gserviceaccount.com', keyId: 'key-1' } as const;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** As it stands in the JSON file of a service account. */
export const privateKeyText: string = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const skewSeconds = 300;
const lifeSecondsMax = 3600;

/** Google's endpoint of tokens and the metadata server of a machine. Checks assertions by the public key. */
export class GoogleIdentityServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: GoogleIdentityOptions;
  readonly #tokens = new Map<string, number>();
  /** Requests so far, failed ones too. */
  count = 0;
  /** How each of them asked: the grant type, or `metadata`. */
  readonly grants: string[] = [];

  private constructor(server: Server, options: GoogleIdentityOptions) {
    this.#server = server;
    this.#options = options;
  }

  static async start(options: GoogleIdentityOptions = {}): Promise<GoogleIdentityServer> {
    const server = createServer();
    const double = new GoogleIdentityServer(server, options);
    server.on('request', (request, response) => {
      double
        .#answer(request)
        .then(({ status, body }) =>
          response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)),
        )
        .catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get tokenUri(): string {
    return `${this.origin}/token`;
  }

  /** True for a token that was given and has not expired. */
  readonly isToken = (token: string): boolean => (this.#tokens.get(token) ?? 0) > this.#now();

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    this.count += 1;
    this.grants.push(new URLSearchParams(body).get('grant_type') ?? 'metadata');
    const fault = this.#options.fault?.(this.count);
    if (fault !== undefined) return fault;
    if (request.url === '/token' && request.method === 'POST')
      return this.#exchange(new URLSearchParams(body));
    if (request.url === '/computeMetadata/v1/instance/service-accounts/default/token') {
      return request.headers['metadata-flavor'] === 'Google' ? this.#give() : { status: 403, body: '<html>' };
    }
    return { status: 404, body: '<html>' };
  }

  #exchange(form: URLSearchParams): Answer {
    if (form.get('grant_type') === 'refresh_token') return this.#refresh(form);
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
    const reason = this.#reasonAgainst(form.get('assertion') ?? '', publicKey);
    if (reason === undefined) return this.#give();
    return { status: 400, body: { error: 'invalid_grant', error_description: reason } };
  }

  #refresh(form: URLSearchParams): Answer {
    const { clientId, clientSecret, refreshToken } = gcloudUser;
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
      return { status: 401, body: { error: 'invalid_client', error_description: 'Unauthorized' } };
    }
    if (form.get('refresh_token') === refreshToken) return this.#give();
    const description = 'Token has been expired or revoked.';
    return { status: 400, body: { error: 'invalid_grant', error_description: description } };
  }

  #reasonAgainst(assertion: string, key: KeyObject): string | undefined {
    const [header = '', claims = '', signature = ''] = assertion.split('.');
    const { alg, kid } = decoded(header);
    const { iss, aud, scope, iat, exp } = decoded(claims);
    const signed = Buffer.from(`${header}.${claims}`);
    if (alg !== 'RS256' || kid !== serviceAccount.keyId) return 'Invalid grant: account not found';
    if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')))
      return 'Invalid JWT Signature.';
    if (iss !== serviceAccount.email) return 'Invalid grant: account not found';
    if (aud !== this.tokenUri) return 'Invalid JWT: Failed audience check.';
    if (!String(scope).startsWith('https://www.googleapis.com/auth/devstorage.')) return 'Invalid scope.';
    const seconds = this.#now() / 1000;
    const isTimely =
      Number(iat) <= seconds + skewSeconds &&
      Number(exp) >= seconds - skewSeconds &&
      Number(exp) - Number(iat) <= lifeSecondsMax;
    return isTimely ? undefined : 'Invalid JWT: Token must be a short-lived token (60 minutes)';
  }

  #give(): Answer {
    const token = `ya29.token-${this.#tokens.size + 1}`;
    const seconds = this.#options.tokenSeconds ?? lifeSecondsMax;
    this.#tokens.set(token, this.#now() + seconds * 1000);
    return { status: 200, body: { access_token: token, expires_in: seconds, token_type: 'Bearer' } };
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}
