import { Binary } from 'bson';
import { CommandError } from '../errors.js';
import { isLong, isNumber, toNumber } from '../bson/values.js';

const bad = (message: string): CommandError => new CommandError('BadValue', message);

/**
 * @param operand bit positions or a bitmask
 * @param accept decides by how many of the wanted bits are set, and how many there are
 * @returns the test of one value; only whole numbers and binary data have bits
 */
export function bitTest(operator: string, operand: unknown, accept: (isSet: number, count: number) => boolean): (value: unknown) => boolean {
  const positions = bitPositions(operator, operand);
  return (value) => {
    const isSetAt = bitsOf(value);
    return isSetAt !== undefined && accept(positions.filter(isSetAt).length, positions.length);
  };
}

function bitPositions(operator: string, operand: unknown): number[] {
  if (Array.isArray(operand)) {
    return operand.map((position: unknown) => {
      const number = toNumber(position);
      if (number === undefined || !Number.isInteger(number) || number < 0) throw bad(`${operator} takes bit positions that are not negative`);
      return number;
    });
  }
  const number = toNumber(operand);
  if (number !== undefined && (!Number.isInteger(number) || number < 0)) throw bad(`${operator} takes a bitmask that is not negative`);
  const isSetAt = bitsOf(operand);
  if (!isSetAt) throw bad(`${operator} takes an array, a number, or a BinData object`);
  const size = operand instanceof Binary ? operand.length() * 8 : 64;
  return Array.from({ length: size }, (_, position) => position).filter(isSetAt);
}

/** @returns which bits a whole number (in two's complement, its sign going on for ever) or binary data has; undefined for anything else */
function bitsOf(value: unknown): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) {
    const bytes = value.value();
    return (position) => (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
  }
  const number = isNumber(value) ? toNumber(value) : undefined;
  if (number === undefined || !Number.isInteger(number) || Math.abs(number) > 2 ** 63) return undefined;
  const whole = isLong(value) ? value.toBigInt() : BigInt(number);
  return (position) => ((whole >> BigInt(position)) & 1n) === 1n;
}
