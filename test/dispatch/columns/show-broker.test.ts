import { it } from 'node:test';
import { brokerTable } from '../../../src/dispatch/columns/show-broker.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';

it('SHOW BROKER prints the client that lives in this process', () => {
  assertGolden('show/show-broker.txt', printShown(brokerTable(goldenNow)));
});
