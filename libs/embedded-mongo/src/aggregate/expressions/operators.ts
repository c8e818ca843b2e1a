import type { Builder } from './arguments.js';
import { accumulatingOperators } from '../accumulators.js';
import { arithmeticOperators } from './arithmetic.js';
import { arrayOperators } from './arrays.js';
import { dateOperators } from './dates.js';
import { logicOperators } from './logic.js';
import { setOperators } from './sets.js';
import { stringOperators } from './strings.js';
import { typeOperators } from './types.js';

/** Every operator an expression may use. What MongoDB has besides is refused as unknown. */
export const OPERATORS: Readonly<Record<string, Builder>> = {
  ...arithmeticOperators,
  ...logicOperators,
  ...arrayOperators,
  ...setOperators,
  ...stringOperators,
  ...dateOperators,
  ...typeOperators,
  ...accumulatingOperators,
};
