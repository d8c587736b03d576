/** Numbers that a statement leaves to its client; 0 for none. Filled while it runs. */
export type InsertIds = {
  /** The first AUTO_INCREMENT value that a row got which is in the table now. */
  generated: bigint;
  /** That of LAST_INSERT_ID(expression). */
  set: bigint;
  /** The number of the last row that brought its own, or was updated in its place. */
  given: bigint;
};

export function noInsertIds(): InsertIds {
  return { generated: 0n, set: 0n, given: 0n };
}

/** LAST_INSERT_ID() is of what was generated or set; a driver is also told a number that was given (mysql_insert_id()). */
export function answeredIds({
  generated,
  set,
  given,
}: InsertIds): Readonly<{ lastInsertId: bigint; insertId: bigint }> {
  const lastInsertId = generated === 0n ? set : generated;
  return { lastInsertId, insertId: lastInsertId === 0n ? given : lastInsertId };
}
