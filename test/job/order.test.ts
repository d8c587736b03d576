import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inOrderOfCreation } from '../../src/job/order.ts';
import type { PlannedObject } from '../../src/job/plan.ts';
import { fakeDefinition } from '../support/fake-source.ts';

function view(name: string, ...dependsOn: readonly string[]): PlannedObject {
  return { kind: 'VIEW', name, ddl: '', dependsOn };
}

function table(name: string): PlannedObject {
  return { kind: 'TABLE', name, ddl: '', definition: fakeDefinition(name), columns: [], key: [] };
}

describe('the order of creation', () => {
  const cases: readonly Readonly<{ name: string; objects: readonly PlannedObject[]; order: string }>[] = [
    { name: 'tables come first', objects: [view('v', 't'), table('t')], order: 't v' },
    {
      name: 'a view comes behind those it reads',
      objects: [view('a', 'b'), view('b', 'c'), view('c')],
      order: 'c b a',
    },
    { name: 'what is not here is passed over', objects: [view('a', 'other')], order: 'a' },
    { name: 'a circle ends', objects: [view('a', 'b'), view('b', 'a')], order: 'b a' },
    {
      name: 'order is kept otherwise',
      objects: [table('z'), table('a'), view('y'), view('b')],
      order: 'z a y b',
    },
  ];
  for (const { name, objects, order } of cases) {
    it(name, () =>
      assert.equal(
        inOrderOfCreation(objects)
          .map((object) => object.name)
          .join(' '),
        order,
      ),
    );
  }
});
