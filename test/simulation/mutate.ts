import { registerHooks } from 'node:module';
import { mutants } from './mutants.ts';

/** Loaded before a simulation (`--import`): with `MUTANT=name` the product has that mistake. */
const name = process.env['MUTANT'];
const mutant = mutants.find((each) => each.name === name);
if (mutant === undefined) throw new Error(`MUTANT is one of: ${mutants.map((each) => each.name).join('; ')}`);
const url = new URL(`../../src/${mutant.file}`, import.meta.url).href;

registerHooks({
  load(asked, context, nextLoad) {
    const loaded = nextLoad(asked, context);
    if (asked !== url) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    if (source.split(mutant.from).length !== 2)
      throw new Error(`'${mutant.name}' does not fit ${mutant.file}`);
    return { ...loaded, source: source.replace(mutant.from, () => mutant.to) };
  },
});
