import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { type Manifest, manifestFormat, manifestSchema, manifestVersion } from './manifest.ts';
import { SchemaError } from './schema.ts';
import { SnapshotError } from './snapshot-error.ts';

/** A manifest with the SHA-256 that its file carries. */
export type SealedManifest = Readonly<{ manifest: Manifest; sha256: string }>;

/** The end of every manifest file: what does not end so was cut off. */
const fileEnd = '}\n';

/** The bytes of the file: canonical JSON with `sha256` of the same without that field. Equal manifests, equal bytes. */
export function encodeManifest(manifest: Manifest): Readonly<{ bytes: Uint8Array; sha256: string }> {
  const sha256 = hashOf(canonicalJson(manifest));
  return { bytes: Buffer.from(`${canonicalJson({ ...manifest, sha256 })}\n`, 'utf8'), sha256 };
}

/**
 * Reads a manifest's bytes. `name` stands in errors. Throws SnapshotError `truncated`, `foreign`, `newer_version`
 * or `corrupt`, found in this order, so that each says the one thing that is wrong.
 */
export function decodeManifest(bytes: Uint8Array, name: string): SealedManifest {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const content = parse(text, bytes.length, name);
  if (content['format'] !== manifestFormat) {
    throw new SnapshotError('foreign', `'${name}' is not a snapshot manifest of Holdfast`);
  }
  const version = content['formatVersion'];
  if (typeof version === 'number' && version > manifestVersion) {
    throw new SnapshotError(
      'newer_version',
      `'${name}' has format version ${version}, this server reads versions up to ${manifestVersion}`,
    );
  }
  const { sha256, ...rest } = content;
  const actual = isSealedBy(text, sha256) ? sha256 : hashOf(canonicalForm(rest, name));
  if (sha256 !== actual) {
    throw new SnapshotError('corrupt', `'${name}' has hash ${actual}, but says ${String(sha256)}`);
  }
  return { manifest: decodeFields(content, name), sha256: actual };
}

/**
 * True for a file as `encodeManifest` writes it: its text without the field has the hash that the field says. Any other
 * spelling of the same values is false here; spelling it anew takes ten times as long.
 */
function isSealedBy(text: string, sha256: unknown): sha256 is string {
  if (typeof sha256 !== 'string') return false;
  const field = `"sha256":"${sha256}",`;
  const at = text.indexOf(field);
  return at > 0 && hashOf(text.slice(0, at) + text.slice(at + field.length, -1)) === sha256;
}

function parse(content: string, length: number, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!content.endsWith(fileEnd) && (content === '' || content.startsWith('{'))) {
      throw new SnapshotError('truncated', `'${name}' ends after ${length} bytes`, error);
    }
    throw new SnapshotError('foreign', `'${name}' is not JSON`, error);
  }
  throw new SnapshotError('foreign', `'${name}' is not a snapshot manifest of Holdfast`);
}

function canonicalForm(content: unknown, name: string): string {
  try {
    return canonicalJson(content);
  } catch (error) {
    throw new SnapshotError('corrupt', `'${name}' has a value that no manifest has`, error);
  }
}

function decodeFields(content: unknown, name: string): Manifest {
  try {
    return manifestSchema.decode(content, '');
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new SnapshotError('corrupt', `'${name}': ${error.message}`, error);
  }
}

function hashOf(content: string): string {
  return hash('sha256', content);
}
