import { EmbeddedSource } from '../../../src/source/duckdb/source.ts';
import { conformsToSource, type OpenSource } from '../../conformance/source.ts';
import { EngineFixture } from './engine-fixture.ts';

conformsToSource({
  name: 'the embedded engine',
  open: async (): Promise<OpenSource> => {
    const fixture = await EngineFixture.open();
    return {
      source: new EmbeddedSource(fixture.embedded),
      folder: fixture.engine.stagingFolder,
      run: (sql) => fixture.run(sql),
      rows: (sql) => fixture.rows(sql),
      [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
    };
  },
});
