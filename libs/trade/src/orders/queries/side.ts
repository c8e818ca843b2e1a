/** As which party of its orders somebody reads. */
export type Side = 'supplier' | 'buyer';
