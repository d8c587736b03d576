import { unreachable } from '../../base/assert.ts';
import {
  type CharacterSet,
  foldedCharacter,
  foldedText,
  joiners,
  lineEnds,
  wordCharacters,
} from './character-sets.ts';
import type { Instruction, Program } from './compile.ts';
import { regexpError } from './errors.ts';
import type { Assertion } from './nodes.ts';

/** Choices that one search may keep: regexp_time_limit of 32, in ICU's measure of 10,000. */
const choicesMax = 320_000;
/** Steps for one text, choices or not: about a second. ICU has no such bound; here other clients wait meanwhile. */
const stepsMax = 100_000_000;
/** Choices and changes that are kept at once: about MySQL's regexp_stack_limit of 8,000,000 bytes. */
const stackMax = 500_000;

/** Where the groups of a match begin and end, in UTF-16 units: those of the whole first. -1 where a group took no part. */
export type Match = readonly number[];

const unset = -1;

/** Looks for a program's pattern in one text. Matches choose as ICU does: the leftmost one, and of its ways the first. */
export class Matcher {
  readonly #program: Program;
  readonly #text: string;
  #slots: number[];
  /** Choices as place and position; changes of slots as -1 - slot and the former value. */
  readonly #stack: number[] = [];
  #choices = 0;
  #steps = 0;
  #searchStart = 0;

  constructor(program: Program, text: string) {
    this.#program = program;
    this.#text = text;
    this.#slots = this.#empty();
  }

  /** The first match that begins at `start` or behind it. Throws SqlError when it takes too long. */
  find(start: number): Match | undefined {
    this.#choices = 0;
    this.#searchStart = start;
    const { first } = this.#program;
    for (let at = start; at <= this.#text.length; at = this.#next(at)) {
      if (first !== undefined && !this.#beginsWith(first, at)) continue;
      this.#slots.fill(unset);
      this.#stack.length = 0;
      const end = this.#run(this.#program.instructions, at, unset);
      if (end === unset) continue;
      this.#slots[0] = at;
      this.#slots[1] = end;
      return this.#slots.slice(0, (this.#program.pattern.groupCount + 1) * 2);
    }
    return undefined;
  }

  /** The match behind another one; an empty one does not repeat. */
  findNext([start = 0, end = 0]: Match): Match | undefined {
    if (start < end) return this.find(end);
    return end >= this.#text.length ? undefined : this.find(this.#next(end));
  }

  #beginsWith(set: CharacterSet, at: number): boolean {
    const codePoint = this.#text.codePointAt(at);
    return codePoint !== undefined && set(codePoint);
  }

  #empty(): number[] {
    return Array.from({ length: this.#program.slotCount }, () => unset);
  }

  #next(at: number): number {
    return at + ((this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
  }

  /** Where the instructions end when they are begun at `start`; with `wantedEnd` only there. */
  #run(code: readonly Instruction[], start: number, wantedEnd: number): number {
    const base = this.#stack.length;
    let place = 0;
    let at = start;
    for (;;) {
      if (++this.#steps > stepsMax) throw regexpError('regexp_timeout');
      const instruction = code[place] as Instruction;
      let next = place + 1;
      let isFailed = false;
      switch (instruction.kind) {
        case 'end':
          if (wantedEnd === unset || at === wantedEnd) return at;
          isFailed = true;
          break;
        case 'jump':
          next = instruction.to;
          break;
        case 'split':
          this.#push(instruction.other, at);
          break;
        case 'save':
          this.#save(instruction.slot, at);
          break;
        case 'progress':
          // The jump back is behind it.
          if (this.#slots[instruction.slot] === at) next += 1;
          break;
        case 'run':
          at = this.#takeRun(instruction, next, at);
          isFailed = at === unset;
          break;
        default:
          at = this.#step(instruction, at);
          isFailed = at === unset;
      }
      if (!isFailed) {
        place = next;
        continue;
      }
      const choice = this.#goBack(base);
      if (choice === undefined) return unset;
      [place, at] = choice;
    }
  }

  /** One instruction without a choice: where it ends, or `unset`. */
  #step(
    instruction: Exclude<Instruction, { kind: 'end' | 'jump' | 'split' | 'save' | 'progress' | 'run' }>,
    at: number,
  ): number {
    switch (instruction.kind) {
      case 'set': {
        const codePoint = this.#text.codePointAt(at);
        if (codePoint === undefined || !instruction.set(codePoint)) return unset;
        if (instruction.allowsPair && this.#text.startsWith('\r\n', at)) return at + 2;
        return at + (codePoint > 0xffff ? 2 : 1);
      }
      case 'text':
        return this.#text.startsWith(instruction.text, at) ? at + instruction.text.length : unset;
      case 'folded':
        return this.#folded(instruction.text, at);
      case 'assertion':
        return this.#holds(instruction.test, at) ? at : unset;
      case 'grapheme':
        return this.#grapheme(at);
      case 'reference':
        return this.#reference(instruction, at);
      case 'atomic':
        return this.#alone(instruction.program, at, unset);
      case 'ahead': {
        const before = this.#slots.slice();
        const isFound = this.#alone(instruction.program, at, unset) !== unset;
        if (isFound && instruction.negated) this.#slots = before;
        return isFound === instruction.negated ? unset : at;
      }
      case 'behind': {
        const before = this.#slots.slice();
        const isFound = this.#isBehind(instruction, at);
        if (isFound && instruction.negated) this.#slots = before;
        return isFound === instruction.negated ? unset : at;
      }
      default:
        return unreachable(instruction);
    }
  }

  /** As a part of its own: choices inside of it are forgotten, changes of groups are taken back with what is around. */
  #alone(program: readonly Instruction[], at: number, wantedEnd: number): number {
    const base = this.#stack.length;
    const end = this.#run(program, at, wantedEnd);
    if (end === unset) return unset;
    let kept = base;
    for (let index = base; index < this.#stack.length; index += 2) {
      if ((this.#stack[index] as number) >= 0) continue;
      this.#stack[kept] = this.#stack[index] as number;
      this.#stack[kept + 1] = this.#stack[index + 1] as number;
      kept += 2;
    }
    this.#stack.length = kept;
    return end;
  }

  #isBehind({ program, min, max }: Extract<Instruction, { kind: 'behind' }>, at: number): boolean {
    for (let length = min; length <= max && length <= at; length++) {
      if (this.#alone(program, at - length, at) !== unset) return true;
    }
    return false;
  }

  #push(place: number, at: number): void {
    if (++this.#choices > choicesMax) throw regexpError('regexp_timeout');
    if (this.#stack.length > stackMax * 2) throw regexpError('regexp_stack');
    this.#stack.push(place, at);
  }

  #save(slot: number, at: number): void {
    if (this.#stack.length > stackMax * 2) throw regexpError('regexp_stack');
    this.#stack.push(-1 - slot, this.#slots[slot] as number);
    this.#slots[slot] = at;
  }

  /** The last choice above `base`, with the slots as they were then. */
  #goBack(base: number): readonly [place: number, at: number] | undefined {
    while (this.#stack.length > base) {
      const value = this.#stack.pop() as number;
      const place = this.#stack.pop() as number;
      if (place >= 0) return [place, value];
      this.#slots[-1 - place] = value;
    }
    return undefined;
  }

  /** Takes all, and keeps each shorter run as a choice. */
  #takeRun({ set, min, max }: Extract<Instruction, { kind: 'run' }>, next: number, start: number): number {
    let at = start;
    for (let count = 0; count < max; count++) {
      const codePoint = this.#text.codePointAt(at);
      if (codePoint === undefined || !set(codePoint)) return count < min ? unset : at;
      this.#steps += 1;
      if (count >= min) this.#push(next, at);
      at += codePoint > 0xffff ? 2 : 1;
    }
    return at;
  }

  /** A letter of the text may be several of the folded one, of which none is left over. */
  #folded(text: string, start: number): number {
    let at = start;
    let done = 0;
    while (done < text.length) {
      const codePoint = this.#text.codePointAt(at);
      if (codePoint === undefined) return unset;
      const folded = foldedCharacter(codePoint);
      if (!text.startsWith(folded, done)) return unset;
      done += folded.length;
      at += codePoint > 0xffff ? 2 : 1;
    }
    return at;
  }

  #reference({ group, folded }: Extract<Instruction, { kind: 'reference' }>, at: number): number {
    const [start = unset, end = unset] = [this.#slots[group * 2], this.#slots[group * 2 + 1]];
    if (start === unset || end === unset) return unset;
    const text = this.#text.slice(start, end);
    if (folded) return this.#folded(foldedText(text), at);
    return this.#text.startsWith(text, at) ? at + text.length : unset;
  }

  #grapheme(at: number): number {
    if (at >= this.#text.length) return unset;
    const [first] = graphemes.segment(this.#text.slice(at, at + graphemeUnitsMax));
    return at + (first?.segment.length ?? 1);
  }

  #holds(test: Assertion, at: number): boolean {
    const text = this.#text;
    switch (test) {
      case 'textStart':
        return at === 0;
      case 'matchStart':
        return at === this.#searchStart;
      case 'textEnd':
        return at === text.length;
      case 'lineStart':
        return at === 0 || (at < text.length && this.#isLineEnd(at - 1) && !text.startsWith('\r\n', at - 1));
      case 'unixLineStart':
        return at === 0 || (at < text.length && text[at - 1] === '\n');
      case 'lineEnd':
        return at === text.length || (this.#isLineEnd(at) && !(at > 0 && text.startsWith('\r\n', at - 1)));
      case 'unixLineEnd':
        return at === text.length || text[at] === '\n';
      case 'lastLineEnd':
        return at === text.length || this.#isLastLineEnd(at);
      case 'unixLastLineEnd':
        return at === text.length || (at === text.length - 1 && text[at] === '\n');
      case 'wordBorder':
        return this.#isWordBorder(at);
      case 'noWordBorder':
        return !this.#isWordBorder(at);
      default:
        return unreachable(test);
    }
  }

  #isLineEnd(at: number): boolean {
    return lineEnds(this.#text.charCodeAt(at));
  }

  /** Before a line end that is the end of the text, and not inside of one of two characters. */
  #isLastLineEnd(at: number): boolean {
    if (at === this.#text.length - 2) return this.#text.endsWith('\r\n');
    if (at !== this.#text.length - 1 || !this.#isLineEnd(at)) return false;
    return !this.#text.endsWith('\r\n');
  }

  #isWordBorder(at: number): boolean {
    const codePoint = this.#text.codePointAt(at);
    if (codePoint !== undefined && joiners(codePoint)) return false;
    let before = at;
    let isWordBefore = false;
    while (before > 0) {
      before -= /[\udc00-\udfff]/.test(this.#text[before - 1] ?? '') && before > 1 ? 2 : 1;
      const previous = this.#text.codePointAt(before) ?? 0;
      if (joiners(previous)) continue;
      isWordBefore = wordCharacters(previous);
      break;
    }
    return isWordBefore !== (codePoint !== undefined && wordCharacters(codePoint));
  }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Longer ones are cut. */
const graphemeUnitsMax = 256;
