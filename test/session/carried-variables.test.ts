import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GlobalVariables, SessionVariables } from '../../src/catalog/session-variables.ts';
import { variablesOf } from '../../src/catalog/variables.ts';
import { carryingStatements } from '../../src/session/carried-variables.ts';
import { sampleFacts } from '../dispatch/world.ts';

describe('what a session carries to another server', () => {
  it('is nothing when nothing was set', () => {
    assert.deepEqual(carryingStatements(variables({})), []);
  });

  it('is what was set, in statements that every server reads', () => {
    const set = variables({
      sql_mode: 'ANSI_QUOTES',
      time_zone: '+02:00',
      autocommit: 0,
      transaction_isolation: 'READ-COMMITTED',
    });
    assert.deepEqual(carryingStatements(set), [
      "SET sql_mode = 'ANSI_QUOTES', time_zone = '+02:00', autocommit = 0",
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    ]);
  });

  it('begins with the character set', () => {
    assert.deepEqual(carryingStatements(variables({ character_set_client: 'latin1' })), [
      "SET NAMES 'latin1'",
    ]);
    const collated = variables({ character_set_client: 'utf8mb4', collation_connection: 'utf8mb4_bin' });
    assert.deepEqual(carryingStatements(collated), ["SET NAMES 'utf8mb4' COLLATE 'utf8mb4_bin'"]);
  });

  it('is no collation that only the character set implies', () => {
    const asked = { character_set_connection: 'utf8mb4' };
    assert.deepEqual(carryingStatements(variables(asked, 'utf8mb4_general_ci')), ["SET NAMES 'utf8mb4'"]);
    assert.deepEqual(carryingStatements(variables({}, 'utf8mb4_general_ci')), []);
  });
});

/** `collation`: what the client named when it logged in. */
function variables(values: Readonly<Record<string, string | number>>, collation?: string): SessionVariables {
  const facts = {
    connectionId: 1,
    lastInsertId: () => 0n,
    warningCount: () => 0,
    errorCount: () => 0,
    now: () => 0,
  };
  const session = new SessionVariables(
    new GlobalVariables(variablesOf(sampleFacts)),
    collation === undefined ? facts : { ...facts, collation },
  );
  for (const [name, value] of Object.entries(values)) session.set(name, value);
  return session;
}
