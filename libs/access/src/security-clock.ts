/**
 * Injection token of the clock by which credentials age. Never the domain clock: moving that in a demo must neither end nor prolong a log-in.
 */
export const SECURITY_CLOCK = Symbol('security clock');
