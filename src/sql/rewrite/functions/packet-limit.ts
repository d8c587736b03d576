import type { RewriteContext } from '../context.ts';

/** MySQL's max_allowed_packet. */
const packetBytesMax = '67108864';

/** The session's max_allowed_packet as a number of SQL: a longer text of REPEAT and its like is NULL, with a warning. */
export function packetLimit(context: RewriteContext): string {
  const given = String(context.variable('max_allowed_packet') ?? '');
  return /^\d{1,18}$/.test(given) ? given : packetBytesMax;
}
