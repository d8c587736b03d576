/**
 * Names that may stand after WITH BROKER. StarRocks reaches storage through broker processes of these names; we
 * reach it ourselves, so there is one, always alive.
 */
export const brokerNames: readonly string[] = ['builtin_client'];

/** True for no name, and for a name that SHOW BROKER lists. */
export function isKnownBroker(name: string | undefined): boolean {
  return name === undefined || brokerNames.includes(name);
}
