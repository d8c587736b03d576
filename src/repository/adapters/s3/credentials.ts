import {
  fromInstanceMetadata,
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
} from '@aws-sdk/credential-providers';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { assert, unreachable } from '../../../base/assert.ts';
import { StorageError } from '../../storage-error.ts';
import { s3Error } from './errors.ts';
import type { S3Options } from './options.ts';

type Provider = Extract<NonNullable<S3ClientConfig['credentials']>, (...args: never) => unknown>;
type Credentials = Awaited<ReturnType<Provider>>;

/** Names the session of an assumed role in AWS' own audit log. */
const sessionName = 'holdfast';
const instanceTimeoutMs = 3_000;

/**
 * Gives credentials, and new ones when they are about to expire. Undefined for an anonymous identity. Failures are
 * StorageErrors that say where the credentials were to come from.
 */
export function credentialsOf(options: S3Options): Provider | undefined {
  const { identity, role } = options;
  switch (identity.kind) {
    case 'anonymous':
      return undefined;
    case 'keys': {
      const { accessKey, secretKey, sessionToken } = identity;
      const keys: Credentials = {
        accessKeyId: accessKey,
        secretAccessKey: secretKey.reveal(),
        ...(sessionToken !== undefined && { sessionToken: sessionToken.reveal() }),
      };
      return assuming(options, async () => keys);
    }
    case 'instance_profile': {
      // The default of one second and no try is lost on a busy machine.
      const provider = fromInstanceMetadata({ timeout: instanceTimeoutMs, maxRetries: 2 });
      return assuming(options, told('get credentials from the instance profile', provider, instanceHint));
    }
    case 'sdk_default':
      return assuming(options, told('get credentials from the environment', fromNodeProviderChain()));
    case 'web_identity': {
      assert(role !== undefined, 'a web identity was read without its role');
      const provider = fromTokenFile({
        webIdentityTokenFile: identity.file,
        roleArn: role.arn,
        roleSessionName: sessionName,
        clientConfig: stsConfig(role),
      });
      return told(`exchange the web identity for the role '${role.arn}'`, provider);
    }
    default:
      return unreachable(identity);
  }
}

const instanceHint =
  'Give this machine an instance profile, and let its metadata service answer (from a container: a hop limit of 2).';

function assuming({ role }: S3Options, masterCredentials: Provider): Provider {
  if (role === undefined) return masterCredentials;
  const provider = fromTemporaryCredentials({
    masterCredentials,
    params: {
      RoleArn: role.arn,
      RoleSessionName: sessionName,
      ...(role.externalId !== undefined && { ExternalId: role.externalId }),
    },
    clientConfig: stsConfig(role),
  });
  return told(`assume the role '${role.arn}'`, provider, roleHint);
}

const roleHint = 'Let the trust policy of the role name this identity, and look at the external id.';

function stsConfig({ region, endpoint }: NonNullable<S3Options['role']>): {
  region: string;
  endpoint?: string;
} {
  return { region, ...(endpoint !== undefined && { endpoint }) };
}

function told(doing: string, provider: Provider, hint?: string): Provider {
  return async (...context) => {
    try {
      return await provider(...context);
    } catch (error) {
      const failure = s3Error(doing, error);
      if (failure instanceof StorageError && failure.retryable) throw failure;
      // A token file that cannot be read is no answer of a store, but no fault of ours either.
      const reason = error instanceof Error ? error.message : String(error);
      const message = failure instanceof StorageError ? failure.message : `cannot ${doing}: ${reason}`;
      throw new StorageError('invalid_credentials', message, {
        cause: error,
        ...(hint !== undefined && { hint }),
      });
    }
  };
}
