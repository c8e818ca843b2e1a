import { Decimal128, Long } from 'bson';
import { Decimal as DecimalBase } from 'decimal.js';
import type { KeyWriter } from './key-writer.js';
import { toNumber, type NumberValue } from './values.js';

/** Enough digits to subtract the exact value of any double (at most 767 digits) from a Decimal128 (34 digits). */
const Decimal = DecimalBase.clone({ precision: 1200, maxE: 9e15, minE: -9e15 });

const NAN = 0x00;
const NEGATIVE = 0x01;
/** Byte after the rank that opens every number except NaN; a range over numbers starts here because NaN matches none. */
export const FIRST_ORDERED_NUMBER = NEGATIVE;
const POSITIVE = 0x02;
const NO_REST = 0x00;
const REST = 0x01;
const EXPONENT_BIAS = 0x8000;

/**
 * Writes int32, int64, double and Decimal128 so that they sort by value across types: sign, the largest double not
 * above the magnitude, then what that double leaves over (nothing for most numbers) as decimal exponent and digits.
 */
export function writeNumber(out: KeyWriter, value: NumberValue): void {
  const approximate = toNumber(value) ?? 0;
  if (Number.isNaN(approximate)) return out.byte(NAN);
  const negative = approximate < 0 || (approximate === 0 && isNegativeDecimal(value));
  out.byte(negative ? NEGATIVE : POSITIVE);
  const start = out.size;
  writeMagnitude(out, value, Math.abs(approximate));
  if (negative) out.invertFrom(start);
}

const isNegativeDecimal = (value: NumberValue): boolean =>
  value instanceof Decimal128 && value.toString().startsWith('-') && !new Decimal(value.toString()).isZero();

function writeMagnitude(out: KeyWriter, value: NumberValue, approximate: number): void {
  if (isExact(value, approximate)) {
    out.double(approximate);
    return out.byte(NO_REST);
  }
  const exact = new Decimal(String(value)).abs();
  const floor = exactDecimal(approximate).greaterThan(exact) ? doubleBelow(approximate) : approximate;
  const rest = exact.minus(exactDecimal(floor));
  out.double(floor);
  if (rest.isZero()) return out.byte(NO_REST);
  out.byte(REST);
  out.uint16(rest.e + EXPONENT_BIAS);
  out.bytes(Buffer.from(rest.toExponential().replace(/e.*$/, '').replace('.', ''), 'latin1'));
  out.byte(0);
}

function isExact(value: NumberValue, approximate: number): boolean {
  if (value instanceof Long) return Number.isSafeInteger(approximate);
  if (value instanceof Decimal128) return Number.isSafeInteger(approximate) && new Decimal(value.toString()).abs().equals(approximate);
  return true;
}

/** @returns every digit of a double, not the shortest text that reads back as it */
function exactDecimal(value: number): DecimalBase {
  if (!Number.isFinite(value)) return new Decimal(Infinity);
  if (Number.isInteger(value)) return new Decimal(BigInt(value).toString());
  let numerator = value;
  let halvings = 0;
  for (; !Number.isInteger(numerator); halvings++) numerator *= 2;
  return new Decimal(BigInt(numerator).toString()).div(new Decimal(2).pow(halvings));
}

function doubleBelow(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigUint64(0, bits.getBigUint64(0) - 1n);
  return bits.getFloat64(0);
}
