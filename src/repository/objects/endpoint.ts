import { propertyError, type PropertyReader } from '../properties.ts';

/** Reads a host, or a URL of a host. StarRocks' documents give bare hosts: they get `scheme`. */
export function readEndpoint<Name extends string>(
  reader: PropertyReader<Name>,
  name: Name,
  scheme: 'http' | 'https' = 'https',
): URL | undefined {
  const text = reader.text(name);
  if (text === undefined) return undefined;
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `${scheme}://${text}`);
  const isPlain = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!isPlain || url.username !== '' || url.password !== '' || url.hostname === '') {
    throw propertyError(
      `'${reader.spelling(name)}' is no endpoint`,
      'Write a host, or http:// or https:// and a host, with a port if need be.',
    );
  }
  return url;
}
