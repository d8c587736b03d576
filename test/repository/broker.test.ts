import assert from 'node:assert/strict';
import { it } from 'node:test';
import { brokerNames, isKnownBroker } from '../../src/repository/broker.ts';

it('knows the built-in client, under its name and under none', () => {
  assert.ok(isKnownBroker(undefined));
  assert.ok(brokerNames.every(isKnownBroker));
  assert.ok(!isKnownBroker('hdfs_broker'));
});
