/** For commands that carry nothing. */
export class NoPayload {}
