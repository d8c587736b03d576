/** What the process list shows of a connection. Texts of statements are the session's to know. */
export type ConnectionInfo = Readonly<{
  connectionId: number;
  /** `unauthenticated user` before the login has succeeded. */
  user: string;
  address: string;
  port: number;
  tls: boolean;
  /** MySQL's names: Connect, Sleep, Query, Execute … */
  command: string;
  /** When the command began, or the wait for the next one; ms since the epoch. */
  since: number;
  connectedAt: number;
}>;

/** The process list's name of each command. */
export const commandNames = {
  quit: 'Quit',
  statistics: 'Statistics',
  debug: 'Debug',
  ping: 'Ping',
  refresh: 'Refresh',
  reset_connection: 'Reset Connection',
  init_db: 'Init DB',
  query: 'Query',
  prepare: 'Prepare',
  field_list: 'Field List',
  process_kill: 'Kill',
  change_user: 'Change user',
  execute: 'Execute',
  send_long_data: 'Long Data',
  close_statement: 'Close stmt',
  reset_statement: 'Reset stmt',
  fetch: 'Fetch',
  set_option: 'Set option',
  unknown: 'Error',
} as const;
