import { unreachable } from '../../base/assert.ts';
import { type CharacterSet, foldedCharacter, remembered } from './character-sets.ts';
import { regexpError } from './errors.ts';
import type { Assertion, Node, Pattern } from './nodes.ts';

/** One step of a match. A step that fails goes back to the last choice. */
export type Instruction =
  | Readonly<{ kind: 'set'; set: CharacterSet; allowsPair: boolean }>
  | Readonly<{ kind: 'text'; text: string }>
  | Readonly<{ kind: 'folded'; text: string }>
  | Readonly<{ kind: 'assertion'; test: Assertion }>
  | Readonly<{ kind: 'grapheme' }>
  | Readonly<{ kind: 'reference'; group: number; folded: boolean }>
  /** Keeps where the text is. Groups have two slots each, loops one. */
  | Readonly<{ kind: 'save'; slot: number }>
  /** Goes on here, and at `other` when that fails. */
  | { kind: 'split'; other: number }
  | { kind: 'jump'; to: number }
  /** Leaves a loop whose last round has taken nothing. */
  | Readonly<{ kind: 'progress'; slot: number }>
  /** As many characters of a set as there are, and fewer when what follows fails. */
  | Readonly<{ kind: 'run'; set: CharacterSet; min: number; max: number }>
  /** A part with an end of its own: what it has found is not looked for otherwise. */
  | Readonly<{ kind: 'atomic'; program: readonly Instruction[] }>
  | Readonly<{ kind: 'ahead'; negated: boolean; program: readonly Instruction[] }>
  | Readonly<{ kind: 'behind'; negated: boolean; program: readonly Instruction[]; min: number; max: number }>
  | Readonly<{ kind: 'end' }>;

export type Program = Readonly<{
  instructions: readonly Instruction[];
  slotCount: number;
  pattern: Pattern;
  /** What a match begins with, where that is one character of a set. */
  first: CharacterSet | undefined;
}>;

/** A pattern of more steps is too big. */
const instructionsMax = 100_000;

/** Throws SqlError for a pattern that is too big, or looks behind without a bound. */
export function compileRegexp(pattern: Pattern): Program {
  const compiler = new Compiler(pattern.groupCount);
  const instructions = compiler.program(pattern.node);
  return { instructions, slotCount: compiler.slotCount, pattern, first: firstOf(instructions) };
}

function firstOf(instructions: readonly Instruction[]): CharacterSet | undefined {
  const first = instructions.find(({ kind }) => kind !== 'save');
  if (first?.kind === 'set' || (first?.kind === 'run' && first.min > 0)) return first.set;
  if (first?.kind !== 'text' && first?.kind !== 'folded') return undefined;
  const start = first.text.codePointAt(0);
  if (first.kind === 'text') return start === undefined ? undefined : (codePoint) => codePoint === start;
  return remembered((codePoint) => first.text.startsWith(foldedCharacter(codePoint)));
}

class Compiler {
  slotCount: number;
  #size = 0;

  constructor(groupCount: number) {
    this.slotCount = (groupCount + 1) * 2;
  }

  program(node: Node): readonly Instruction[] {
    const code: Instruction[] = [];
    this.#emit(node, code);
    this.#add(code, { kind: 'end' });
    return code;
  }

  #add(code: Instruction[], instruction: Instruction): void {
    this.#size += 1;
    if (this.#size > instructionsMax) throw regexpError('regexp_pattern_size');
    code.push(instruction);
  }

  #emit(node: Node, code: Instruction[]): void {
    switch (node.kind) {
      case 'set':
        return this.#add(code, {
          kind: 'set',
          set: remembered(node.set),
          allowsPair: node.allowsPair === true,
        });
      case 'text':
        return this.#add(code, { kind: node.folded ? 'folded' : 'text', text: node.text });
      case 'assertion':
      case 'grapheme':
        return this.#add(code, node);
      case 'reference':
        return this.#add(code, { kind: 'reference', group: node.number, folded: node.folded });
      case 'sequence':
        for (const item of node.items) this.#emit(item, code);
        return undefined;
      case 'choice':
        return this.#choice(node.branches, code);
      case 'group':
        this.#add(code, { kind: 'save', slot: node.number * 2 });
        this.#emit(node.item, code);
        return this.#add(code, { kind: 'save', slot: node.number * 2 + 1 });
      case 'atomic':
        return this.#add(code, { kind: 'atomic', program: this.program(node.item) });
      case 'look':
        return this.#look(node, code);
      case 'repeat':
        return this.#repeat(node, code);
      default:
        return unreachable(node);
    }
  }

  #choice(branches: readonly Node[], code: Instruction[]): void {
    const jumps: Extract<Instruction, { kind: 'jump' }>[] = [];
    branches.forEach((branch, index) => {
      if (index === branches.length - 1) return this.#emit(branch, code);
      const split: Instruction = { kind: 'split', other: 0 };
      this.#add(code, split);
      this.#emit(branch, code);
      const jump: Extract<Instruction, { kind: 'jump' }> = { kind: 'jump', to: 0 };
      this.#add(code, jump);
      jumps.push(jump);
      split.other = code.length;
      return undefined;
    });
    for (const jump of jumps) jump.to = code.length;
  }

  #look({ behind, negated, item }: Extract<Node, { kind: 'look' }>, code: Instruction[]): void {
    const program = this.program(item);
    if (!behind) return this.#add(code, { kind: 'ahead', negated, program });
    const [min, max] = lengthsOf(item);
    if (max === Infinity) throw regexpError('regexp_look_behind');
    return this.#add(code, { kind: 'behind', negated, program, min, max });
  }

  #repeat(node: Extract<Node, { kind: 'repeat' }>, code: Instruction[]): void {
    const { item, min, max, mode } = node;
    if (mode === 'possessive') {
      const greedy: Node = { ...node, mode: 'greedy' };
      return this.#add(code, { kind: 'atomic', program: this.program(greedy) });
    }
    const set = mode === 'greedy' ? singleSet(item) : undefined;
    if (set !== undefined) return this.#add(code, { kind: 'run', set: remembered(set), min, max });
    for (let count = 0; count < min; count++) this.#emit(item, code);
    if (max === Infinity) return this.#loop(item, mode === 'lazy', code);
    return this.#optional(item, { count: max - min, isLazy: mode === 'lazy' }, code);
  }

  #loop(item: Node, isLazy: boolean, code: Instruction[]): void {
    const slot = this.slotCount++;
    const start = code.length;
    const leave = this.#choose(isLazy, code);
    this.#add(code, { kind: 'save', slot });
    this.#emit(item, code);
    this.#add(code, { kind: 'progress', slot });
    this.#add(code, { kind: 'jump', to: start });
    leave(code.length);
  }

  #optional(
    item: Node,
    { count, isLazy }: Readonly<{ count: number; isLazy: boolean }>,
    code: Instruction[],
  ): void {
    const leaves: ((to: number) => void)[] = [];
    for (let round = 0; round < count; round++) {
      leaves.push(this.#choose(isLazy, code));
      this.#emit(item, code);
    }
    for (const leave of leaves) leave(code.length);
  }

  /** Between what follows here and what `leave` names: lazily the latter first. */
  #choose(isLazy: boolean, code: Instruction[]): (to: number) => void {
    const split: Extract<Instruction, { kind: 'split' }> = { kind: 'split', other: 0 };
    this.#add(code, split);
    if (!isLazy) return (to) => void (split.other = to);
    const jump: Extract<Instruction, { kind: 'jump' }> = { kind: 'jump', to: 0 };
    this.#add(code, jump);
    split.other = code.length;
    return (to) => void (jump.to = to);
  }
}

/** What matches one code point, as the set of them. */
function singleSet(node: Node): CharacterSet | undefined {
  if (node.kind === 'set') return node.allowsPair === true ? undefined : node.set;
  if (node.kind !== 'text' || Array.from(node.text).length !== 1) return undefined;
  const { text, folded } = node;
  const only = text.codePointAt(0);
  return folded ? (codePoint) => foldedCharacter(codePoint) === text : (codePoint) => codePoint === only;
}

/** Least and most UTF-16 units that a node matches. */
function lengthsOf(node: Node): readonly [min: number, max: number] {
  switch (node.kind) {
    case 'set':
      return [1, 2];
    case 'text':
      // Letters fold to as many as three.
      return node.folded
        ? [Math.ceil(node.text.length / 3), node.text.length]
        : [node.text.length, node.text.length];
    case 'sequence':
      return node.items.map(lengthsOf).reduce(([min, max], [low, high]) => [min + low, max + high], [0, 0]);
    case 'choice': {
      const lengths = node.branches.map(lengthsOf);
      return [Math.min(...lengths.map(([min]) => min)), Math.max(...lengths.map(([, max]) => max))];
    }
    case 'repeat': {
      const [min, max] = lengthsOf(node.item);
      return [min * node.min, max === 0 ? 0 : max * node.max];
    }
    case 'group':
    case 'atomic':
      return lengthsOf(node.item);
    case 'look':
    case 'assertion':
      return [0, 0];
    case 'reference':
    case 'grapheme':
      return [0, Infinity];
    default:
      return unreachable(node);
  }
}
