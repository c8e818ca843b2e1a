export type { Brand, Checked } from './brand.js';
export * from './customs-units.js';
export * from './currencies.js';
export * from './districts.js';
export * from './supervision-modes.js';
export * from './enterprise-code.js';
export * from './uscc.js';
export * from './declaration-number.js';
export * from './decimals.js';
