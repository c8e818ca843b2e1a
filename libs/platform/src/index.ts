export { Text, MultilineText, Pattern, OneOf, InstantString } from './validation/text-fields.js';
export { DecimalString, WholeNumber, Flag, type DecimalLimits } from './validation/number-fields.js';
export { Optional, Nested, NestedList, List, type InputClass } from './validation/structure-fields.js';
export { fieldConstraint, type FieldConstraint, type FieldOptions } from './validation/field-constraint.js';
export { compileValidator, type Validator, type Violation } from './validation/compile-validator.js';
