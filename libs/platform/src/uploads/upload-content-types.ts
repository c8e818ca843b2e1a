/** What an uploaded file may be; its content is looked at, not its name. */
export const UPLOAD_CONTENT_TYPES = ['application/pdf', 'image/png', 'image/jpeg', 'application/xml', 'text/plain'] as const;
export type UploadContentType = (typeof UPLOAD_CONTENT_TYPES)[number];

/** What is accepted where nothing else is said: papers, and what machines write. */
export const PAPER_CONTENT_TYPES: readonly UploadContentType[] = ['application/pdf', 'image/png', 'image/jpeg', 'application/xml'];
