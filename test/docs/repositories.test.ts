import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { propertyWarnings } from '../../src/repository/open-adapter.ts';
import { openStore } from '../../src/repository/open-store.ts';
import { parseLocation } from '../../src/repository/location.ts';
import { parseDialect } from '../../src/sql/dialect.ts';
import { splitStatements } from '../../src/sql/splitter.ts';
import { storeParts } from '../support/store-parts.ts';

const pages = globSync('docs/repositories/*.md').sort();

/** The statements of a page that a reader copies: blocks of no language, and `CREATE` or `ALTER` in a line of text. */
function statementsOf(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```(?:sql)?\n(.*?)^```/gms)].map((match) => match[1] ?? '');
  const inLine = [...text.matchAll(/`((?:CREATE|ALTER) [^`]+ PROPERTIES \([^`]+\))`/g)].map(
    (match) => match[1] ?? '',
  );
  return [...blocks, ...inLine].flatMap((sql) => splitStatements(sql).map((statement) => statement.text));
}

/** What stands for a private key is the one placeholder that is checked for its form before anything is sent. */
function filledIn(value: string): string {
  if (value !== '<private_key>') return value;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('the pages of repositories', () => {
  for (const page of pages) {
    it(`${page} has statements that the server reads as they stand`, async () => {
      const locations: string[] = [];
      for (const text of statementsOf(page)) {
        const statement = parseDialect(text);
        if (statement.kind === 'create_repository') {
          const { location, properties } = statement;
          const given = new Map(properties.map(([key, value]) => [key, filledIn(value)]));
          assert.deepEqual(propertyWarnings(parseLocation(location), given), [], text);
          await using _store = await openStore(location, given, storeParts());
          locations.push(location);
        } else if (statement.kind === 'alter_repository') {
          const [location = ''] = locations;
          const given = new Map(statement.properties);
          assert.deepEqual(propertyWarnings(parseLocation(location), given), [], text);
        }
      }
      assert.ok(locations.length > 0, 'no statement was found');
    });
  }

  it('are not passed by a misspelled property', () => {
    const statement = parseDialect(
      'CREATE REPOSITORY r WITH BROKER ON LOCATION "s3a://bucket/path" PROPERTIES ("aws.s3.acces_key" = "x")',
    );
    assert.ok(statement.kind === 'create_repository');
    const warnings = propertyWarnings(parseLocation(statement.location), new Map(statement.properties));
    assert.match(warnings[0] ?? '', /did you mean 'aws.s3.access_key'/);
  });
});
