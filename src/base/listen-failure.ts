import { codeOf } from './system-error.ts';

/** What to do, by the codes with which systems refuse an address. */
const remedies: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: stop it, or give another port by',
  EACCES: 'this account may not use the port: give one from 1024 on by',
  EADDRNOTAVAIL: 'this machine has no such address: give one of its own by',
  ENOTFOUND: 'nobody knows this name: give an address of this machine by',
};

/** A failure of `listen` in words for who starts the server; `option` is the flag that names the address. */
export function listenFailure(
  error: unknown,
  { host, port }: Readonly<{ host: string; port: number }>,
  option: string,
): unknown {
  const remedy = remedies[codeOf(error) ?? ''];
  if (remedy === undefined) return error;
  return new Error(`cannot listen on ${host}:${port}: ${remedy} ${option}`, { cause: error });
}
