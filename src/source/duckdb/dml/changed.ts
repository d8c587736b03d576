/** What a data-changing statement answers. */
export type Changed = Readonly<{
  affectedRows: bigint;
  lastInsertId: bigint;
  /** What the client's driver is told, where it is another number. */
  insertId?: bigint;
  info: string;
}>;
