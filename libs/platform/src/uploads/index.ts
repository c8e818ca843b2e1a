export { attachment, safeFileName } from './file-name.js';
export type { InspectedFile } from './file-inspection.js';
export { UPLOAD_CONTENT_TYPES, type UploadContentType } from './upload-content-types.js';
export { receiveUpload, type UploadedFile } from './receive-upload.js';
export { UploadSweep } from './upload-sweep.js';
export { UploadedFiles, type FileOwner, type StoredCopy } from './uploaded-files.js';
export { fileDownload } from './file-download.js';
export { UploadedFileInput } from './uploaded-file-input.js';
export { fileAlone } from './upload-form.js';
