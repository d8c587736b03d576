import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainConnection } from '../../../src/dispatch/statements/explain-connection.ts';
import { World } from '../world.ts';

describe('EXPLAIN FOR CONNECTION', () => {
  it('has nothing to show of a connection that runs nothing, and does not know the plan of one that does', async () => {
    await using world = await World.open();
    const state = world.session('root');
    const row = (id: number, command: string): unknown[] => [id, 'root', 'h:1', null, command, 0, '', null];
    const rows = [row(4, 'Sleep'), row(5, 'Query')] as never;
    const connections = { ...world.services.connections, processes: () => ({ columns: [], rows }) };
    assert.equal(explainConnection(4, { connections }, state).kind, 'ok');
    assert.throws(() => explainConnection(5, { connections }, state), { kind: 'not_supported' });
    assert.throws(() => explainConnection(6, { connections }, state), {
      kind: 'unknown_thread',
      message: 'Unknown thread id: 6',
    });
  });
});
