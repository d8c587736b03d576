import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { Turns } from '../../src/wire/turns.ts';

describe('turns', () => {
  it('begin eight commands at once, and eight more in each turn, in order of arrival', async () => {
    const turns = new Turns();
    const begun: number[] = [];
    const all = Array.from({ length: 20 }, async (_, command) => {
      await turns.next();
      begun.push(command);
    });
    await Promise.resolve();
    const perTurn = [begun.length];
    while (begun.length < 20) {
      const before = begun.length;
      await setImmediate();
      perTurn.push(begun.length - before);
    }
    await Promise.all(all);
    assert.deepEqual(perTurn, [8, 8, 4]);
    assert.deepEqual(
      begun,
      Array.from({ length: 20 }, (_, command) => command),
    );
  });

  it('count those that waited to the turn in which they begin', async () => {
    const turns = new Turns();
    const begun: string[] = [];
    const ask = async (name: string): Promise<void> => {
      await turns.next();
      begun.push(name);
    };
    const first = Array.from({ length: 16 }, () => ask('first'));
    await setImmediate();
    assert.equal(begun.length, 16);
    const late = ask('late');
    await Promise.resolve();
    assert.equal(begun.length, 16);
    await Promise.all([...first, late]);
    assert.equal(begun.at(-1), 'late');
  });

  it('let one command after the other begin without waiting for a turn', async () => {
    const turns = new Turns();
    let hasTurned = false;
    const turned = setImmediate().then(() => (hasTurned = true));
    for (let command = 0; command < 8; command++) await turns.next();
    assert.equal(hasTurned, false);
    await turned;
    await turns.next();
  });
});
