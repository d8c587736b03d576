import { withEmulatedIfAbsent } from '../../../src/repository/layers/emulate-if-absent.ts';
import { conformsToBlobStore } from '../../conformance/blob-store.ts';
import { ignoresIfAbsent } from '../../doubles/broken-stores.ts';

const race = 'two writers at the same moment may both win; the warning of CREATE REPOSITORY says so';

conformsToBlobStore({
  name: 'a store that overwrites, looked at before each write',
  open: async () => withEmulatedIfAbsent(ignoresIfAbsent()),
  skip: {
    'of many puts if absent at once exactly one wins': race,
    'of many large puts if absent at once exactly one wins': race,
  },
});
