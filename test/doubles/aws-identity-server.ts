import { createServer, type IncomingMessage } from 'node:http';
import type { Keys } from './object-server.ts';
import { verifySignature } from './signature-v4.ts';

/** Who may assume the role, and what is given: `sessions` is filled for whoever verifies requests. */
export type IdentityOptions = Readonly<{
  sessions: Map<string, Keys>;
  now: () => number;
  lifeMs: number;
  externalId?: string;
  webToken?: string;
}>;

const role = 'backup-role';
const roleArn = `arn:aws:iam::123456789012:role/${role}`;

/** The metadata service of an instance (IMDSv2) and a security token service, in one server. */
export class AwsIdentityServer implements AsyncDisposable {
  readonly #server = createServer();
  readonly #options: IdentityOptions;
  readonly requests: string[] = [];
  #issued = 0;

  private constructor(options: IdentityOptions) {
    this.#options = options;
  }

  static readonly roleArn: string = roleArn;

  static async start(options: IdentityOptions): Promise<AwsIdentityServer> {
    const double = new AwsIdentityServer(options);
    double.#server.on('request', (request, response) => {
      void (async () => {
        const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
        const { status, body } = double.#answer(request, Buffer.concat(chunks).toString());
        response
          .writeHead(status, { 'content-type': body.startsWith('<') ? 'text/xml' : 'text/plain' })
          .end(body);
      })();
    });
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get endpoint(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, body: string): Readonly<{ status: number; body: string }> {
    const { method = '', url = '', headers } = request;
    this.requests.push(`${method} ${url}`);
    if (method === 'PUT' && url === '/latest/api/token') {
      const isAsked = headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined;
      return isAsked ? { status: 200, body: 'imds-token' } : { status: 400, body: '' };
    }
    if (method === 'GET' && url.startsWith('/latest/meta-data/iam/security-credentials/')) {
      if (headers['x-aws-ec2-metadata-token'] !== 'imds-token') return { status: 401, body: '' };
      return url.endsWith(role)
        ? { status: 200, body: JSON.stringify(this.#instance()) }
        : { status: 200, body: role };
    }
    return method === 'POST' && url === '/' ? this.#token(request, body) : { status: 404, body: '' };
  }

  #instance(): Readonly<Record<string, string>> {
    const { key, secretKey, sessionToken, expiresAt } = this.#issue('ASIAINSTANCE');
    const expiration = new Date(expiresAt).toISOString();
    return {
      Code: 'Success',
      AccessKeyId: key,
      SecretAccessKey: secretKey,
      Token: sessionToken,
      Expiration: expiration,
    };
  }

  #token(request: IncomingMessage, body: string): Readonly<{ status: number; body: string }> {
    const form = new URLSearchParams(body);
    const action = form.get('Action') ?? '';
    const isAllowed =
      action === 'AssumeRoleWithWebIdentity'
        ? form.get('WebIdentityToken') === this.#options.webToken
        : this.#isSigned(request) && (form.get('ExternalId') ?? undefined) === this.#options.externalId;
    if (!isAllowed || form.get('RoleArn') !== roleArn) {
      const error =
        '<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error>';
      return { status: 403, body: `<ErrorResponse>${error}</ErrorResponse>` };
    }
    const { key, secretKey, sessionToken, expiresAt } = this.#issue('ASIAROLE');
    const credentials = [
      `<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey>`,
      `<SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration>`,
    ].join('');
    const result = `<${action}Result><Credentials>${credentials}</Credentials></${action}Result>`;
    return { status: 200, body: `<${action}Response>${result}</${action}Response>` };
  }

  #isSigned({ method = '', url = '', headers }: IncomingMessage): boolean {
    const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const secretOf = (key: string): string | undefined => this.#options.sessions.get(key)?.secretKey;
    const verdict = verifySignature(
      { method, target: url, headers: flat },
      { secretOf, now: this.#options.now(), service: 'sts' },
    );
    return verdict.outcome === 'signed';
  }

  #issue(kind: string): Required<Keys> & Readonly<{ key: string }> {
    const key = `${kind}${++this.#issued}`;
    const expiresAt = this.#options.now() + this.#options.lifeMs;
    const keys = { secretKey: `secret-of-${key}`, sessionToken: `token-of-${key}`, expiresAt };
    this.#options.sessions.set(key, keys);
    return { key, ...keys };
  }
}
