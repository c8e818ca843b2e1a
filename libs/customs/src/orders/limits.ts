/** Seconds that must have passed since the last push before customs is sent anything about the same order again (9710-R20, 9710-C18). */
export const PUSH_COOLDOWN_SECONDS = 600;

/** Seconds of sending after which, when exceeded, technical staff step in (9710-R21). */
export const STUCK_AFTER_SECONDS = 3600;

/** Lines of one order: CEB303's OrderList is 1..100. */
export const MAX_LINES = 100;

/** The instant `seconds` after `since`. */
export const after = (since: Date | string, seconds: number): Date => new Date(new Date(since).getTime() + seconds * 1000);
